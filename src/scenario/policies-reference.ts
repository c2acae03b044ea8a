// docs/policies.md: every scaling policy with its parameters, every rule with its input and an example, and the shapes in
// which they are asked, generated from the registry. `fleetday policies --markdown` prints it; a test compares it with
// the file.
import { z } from 'zod';
import { MANIFEST_POLICIES } from '../policies/scaling/manifests.ts';
import { OBSERVATION_KEYS } from '../policies/scaling/observation-schema.ts';
import type { ScalingPolicy } from '../policies/scaling/policy.ts';
import { loadScalingPolicies, POLICY_ALIASES } from '../policies/scaling/registry.ts';
import { RULES } from '../policies/scaling/rules.ts';
import type { Rule } from '../policies/scaling/rule.ts';
import { KNOWN_METRICS, mappedSignal, SIGNAL_NAMES } from '../policies/scaling/signals.ts';
import type { SchemaNode } from './json-schema.ts';
import { sectionsOf } from './reference.ts';

export function schemaOf(keys: z.ZodType): SchemaNode {
  return z.toJSONSchema(keys, { io: 'input' }) as SchemaNode;
}

export async function policiesReference(): Promise<string> {
  const policies = await loadScalingPolicies();
  const families = [...new Set(RULES.map(familyOf))];
  return `${[
    INTRODUCTION,
    ['## Contents', contents(policies, families)].join('\n\n'),
    ASKING,
    ['## Observation', OBSERVATION, ...sectionsOf(schemaOf(OBSERVATION_KEYS), { heading })].join('\n\n'),
    RECOMMENDATION,
    signals(),
    ['## Policies', ...policies.map(policySection)].join('\n\n'),
    [
      '## Rules',
      RULES_INTRODUCTION,
      ...families.flatMap((family) => [`### Rules: ${family}`, ...rulesOf(family)]),
    ].join('\n\n'),
  ].join('\n\n')}\n`;
}

const heading = (title: string) => `__${title}__`;

const INTRODUCTION = `# Scaling policies

Generated from the registry (\`fleetday policies --markdown\`). How a pool scales is the key \`autoscaling\` of a scenario
([scenario.md](scenario.md)); this page has what stands under \`policy\` and \`parameters\`, and the same policies and their
rules outside any simulation. Policies of one’s own, and how to put them under continuous integration, are in
[own-policies.md](own-policies.md).`;

function contents(policies: readonly ScalingPolicy[], families: readonly string[]): string {
  const lines = policies.map(({ name, summary }) => `  - [\`${name}\`](#${name}): ${summary}`);
  const rules = families.map((family) => `  - [${family}](#rules-${family})`);
  return [
    '- [Asking a policy or a rule](#asking-a-policy-or-a-rule)',
    '- [Observation](#observation)',
    '- [Recommendation](#recommendation)',
    '- [Signals and metrics](#signals-and-metrics)',
    '- [Policies](#policies)',
    ...lines,
    '- [Rules](#rules)',
    ...rules,
  ].join('\n');
}

const ASKING = `## Asking a policy or a rule

\`fleetday decide <policy>\` reads lines of JSON, \`{"observation": …, "parameters": …, "state": …}\`, and writes a
recommendation for each. What is left out of an observation gets the default below; without \`parameters\` the policy has
its own, without \`state\` it is asked for the first time; \`--stateful\` carries the state from line to line. Bounds and
stabilisation of a scenario are not applied. A line that does not do is told on standard error as
\`{"error": …, "line": …}\`; the others are answered all the same, and the exit code is 2.

\`\`\`sh
echo '{"observation": {"wantedReplicas": 3, "rates": {"meanWaiting": 30}}}' | fleetday decide hpa
echo '{"observation": {"wantedReplicas": 3}}' | fleetday decide hpa --manifest docs/examples/hpa.yaml
echo '{"arrivalsPerSecond": 20, "capacityPerReplica": 3}' | fleetday decide bounds/need
\`\`\`

Over recorded metrics, \`--csv metrics.csv\` (a column \`time\`; others named as signals, as fields of an observation or as
the servers name them; running and waiting are those of the whole pool) or \`--prometheus range.json\` (what
\`/api/v1/query_range\` answers, or a list of such answers; series with a label \`pod\` or \`instance\` are replicas) gives a
line for each time step. \`--map my_metric=waiting\` names what is unknown; \`--pool '{maxReplicas: 20}'\` gives facts of the
pool; \`--feedback\` has the policy decide for the replicas that it asked for before instead of those recorded.

\`\`\`sh
fleetday decide kpa --csv docs/examples/metrics.csv --feedback
\`\`\``;

const OBSERVATION = `What a policy sees, and what \`fleetday decide\` reads. Times are seconds since the start of the run, tokens and requests
are counts. Unknown keys are refused.`;

const RECOMMENDATION = `## Recommendation

What a policy answers, and what \`fleetday decide\` writes.

| key | type | |
|---|---|---|
| \`desiredReplicas\` | whole number or \`null\` | How many replicas there should be; \`null\` holds what is. |
| \`reason\` | text | One short clause for people. |
| \`state\` | JSON | To be given back with the next observation. |`;

const RULES_INTRODUCTION = `The functions that policies are made of, each to be called alone: \`fleetday decide <rule>\` reads an input per line and
writes what comes out. Every example is run by a test.`;

function signals(): string {
  const metrics = KNOWN_METRICS.map((metric) => {
    const { signal, factor } = mappedSignal(metric, {})!;
    return `| \`${metric}\` | \`${signal}\`${factor === 1 ? '' : ` × ${factor}`} |`;
  });
  return [
    '## Signals and metrics',
    `Manifests name metrics; in a simulation each is a signal of the observation: ${SIGNAL_NAMES.map((name) => `\`${name}\``).join(', ')}. ` +
      'Known without more are:',
    ['| metric | signal |', '|---|---|', ...metrics].join('\n'),
    'Others are mapped by `parameters: { signals: { my_metric: waiting } }`. PromQL is not evaluated.',
  ].join('\n\n');
}

function policySection(policy: ScalingPolicy): string {
  const { name, summary, source } = policy;
  const aliases = Object.keys(POLICY_ALIASES).filter((alias) => POLICY_ALIASES[alias] === name);
  const notes = [
    `${capital(summary)}. Source: ${source}.`,
    ...(aliases.length > 0 ? [`Also found as ${aliases.map((alias) => `\`${alias}\``).join(', ')}.`] : []),
    ...(MANIFEST_POLICIES.includes(name) ? ['Takes its parameters from a `manifest` too.'] : []),
    `Decides every ${intervalOf(policy)}.`,
  ].join(' ');
  const tables = sectionsOf(schemaOf(policy.parameters), { heading: (title) => heading(title) });
  return [`### ${name}`, notes, ...(tables.length > 0 ? tables : ['No parameters.'])].join('\n\n');
}

function intervalOf({ parameters, intervalSeconds }: ScalingPolicy): string {
  const parsed = parameters.safeParse({});
  return parsed.success ? `${intervalSeconds(parsed.data)} s by default` : 'so often as its parameters say';
}

function rulesOf(family: string): string[] {
  return RULES.filter((rule) => familyOf(rule) === family).map(ruleSection);
}

function familyOf({ name }: Rule): string {
  return name.split('/')[0];
}

function ruleSection({ name, summary, source, input, example }: Rule): string {
  const tables = sectionsOf(schemaOf(input), { heading: (title) => heading(title) });
  const code = [JSON.stringify(example.input), JSON.stringify(example.output)];
  return [
    `#### ${name}`,
    `${capital(summary)}. Source: ${source}.`,
    ['```json', ...code, '```'].join('\n'),
    `<details><summary>Input of ${name}</summary>`,
    ...tables,
    '</details>',
  ].join('\n\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
