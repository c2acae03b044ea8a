// `fleetday policies`: the scaling policies and rules there are, with their parameters; the page docs/policies.md; and
// tuned parameters as the manifest that a cluster takes.
import type { Command } from 'commander';
import { UserError } from '../../../kernel/user-error.ts';
import type { ScalingPolicy } from '../../../policies/scaling/policy.ts';
import type { Rule } from '../../../policies/scaling/rule.ts';

interface PoliciesOptions {
  json?: boolean;
  markdown?: boolean;
  writeManifest?: boolean;
  parameters?: string;
  from?: string;
  min?: string;
  max?: string;
}

type Found = { policy: ScalingPolicy } | { rule: Rule };

export function register(program: Command): void {
  program
    .command('policies')
    .description('list scaling policies and rules, or explain one')
    .argument('[name]', 'policy, rule, or the file of a module')
    .option('--json', 'for programs: with the JSON Schema of parameters or input')
    .option('--markdown', 'print the reference (docs/policies.md) instead')
    .option('--write-manifest', 'print parameters as the manifest that a cluster takes (hpa, keda, kpa)')
    .option('--parameters <file>', 'to write: a YAML or JSON file, or {key: value}')
    .option('--from <scenario>', 'to write: those of a scenario that scales so, with its bounds')
    .option('--min <replicas>', 'lower bound to write (default: 1)')
    .option('--max <replicas>', 'upper bound to write (default: 10)')
    .action(policiesCommand);
}

async function policiesCommand(name: string | undefined, options: PoliciesOptions): Promise<void> {
  checkOptions(name, options);
  const { policyOrRule } = await import('../../decide/policy-by-name.ts');
  if (options.markdown) {
    const { policiesReference } = await import('../../../scenario/policies-reference.ts');
    print(await policiesReference());
  } else if (name === undefined) {
    await list(options.json ?? false);
  } else {
    const found = await policyOrRule(name);
    if (!options.writeManifest) await explain(found, options.json ?? false);
    else if ('policy' in found) await writePolicyManifest(found.policy, options);
    else throw new UserError(`${name}: is a rule, which has no manifest; name a policy`);
  }
}

function checkOptions(name: string | undefined, { writeManifest, ...options }: PoliciesOptions): void {
  const ofManifest = (['parameters', 'from', 'min', 'max'] as const).filter(
    (key) => options[key] !== undefined,
  );
  const problems = writeManifest
    ? []
    : ofManifest.map((key) => `--${key}: goes with --write-manifest only; leave it out`);
  if (options.markdown && name !== undefined) problems.push('--markdown: prints all; leave the name out');
  if (writeManifest && name === undefined)
    problems.push('--write-manifest: needs the name of a policy; give it');
  if (options.from !== undefined && options.parameters !== undefined) {
    problems.push('--from and --parameters: give one of them');
  }
  if (problems.length > 0) throw new UserError(problems);
}

async function list(isJson: boolean): Promise<void> {
  const [{ RULES }, { loadScalingPolicies }, { schemaOf }] = await Promise.all([
    import('../../../policies/scaling/rules.ts'),
    import('../../../policies/scaling/registry.ts'),
    import('../../../scenario/policies-reference.ts'),
  ]);
  const all = await loadScalingPolicies();
  if (isJson) {
    const policies = all.map(({ name, summary, source, parameters }) => {
      return { name, summary, source, parameters: schemaOf(parameters) };
    });
    const rules = RULES.map(({ name, summary, source, input, example }) => {
      return { name, summary, source, input: schemaOf(input), example };
    });
    print(`${JSON.stringify({ policies, rules }, null, 2)}\n`);
    return;
  }
  const width = Math.max(...[...all, ...RULES].map(({ name }) => name.length));
  const line = ({ name, summary }: { name: string; summary: string }) =>
    `  ${name.padEnd(width)}  ${summary}\n`;
  print(`Policies (autoscaling.policy of a scenario)\n${all.map(line).join('')}`);
  print(`\nRules (fleetday decide <rule>)\n${RULES.map(line).join('')}`);
  print('\nfleetday policies <name> explains one.\n');
}

async function explain(found: Found, isJson: boolean): Promise<void> {
  const [{ schemaOf }, { parameterLines }] = await Promise.all([
    import('../../../scenario/policies-reference.ts'),
    import('../../decide/parameter-lines.ts'),
  ]);
  if ('rule' in found) {
    const { name, summary, source, input, example } = found.rule;
    const schema = schemaOf(input);
    if (isJson) print(`${JSON.stringify({ name, summary, source, input: schema, example }, null, 2)}\n`);
    else {
      print(`${name}: ${summary}\nsource: ${source}\n\nInput\n${parameterLines(schema)}`);
      print(`\nExample\n  ${JSON.stringify(example.input)}\n  ${JSON.stringify(example.output)}\n`);
    }
    return;
  }
  const { name, summary, source, parameters } = found.policy;
  const schema = schemaOf(parameters);
  if (isJson) print(`${JSON.stringify({ name, summary, source, parameters: schema }, null, 2)}\n`);
  else print(`${name}: ${summary}\nsource: ${source}\n\nParameters\n${parameterLines(schema)}`);
}

async function writePolicyManifest(policy: ScalingPolicy, options: PoliciesOptions): Promise<void> {
  const [{ mappingFrom }, { checkedParameters }, { writeManifest }, { wholeNumber }] = await Promise.all([
    import('../../decide/policy-by-name.ts'),
    import('../../decide/deciders.ts'),
    import('../../../policies/scaling/manifests.ts'),
    import('../../options/numbers.ts'),
  ]);
  const tuned =
    options.from === undefined
      ? {
          parameters: options.parameters === undefined ? {} : mappingFrom(options.parameters, '--parameters'),
        }
      : await fromScenario(options.from, policy.name);
  const bound = (key: 'min' | 'max', otherwise: number) =>
    options[key] === undefined ? otherwise : wholeNumber(`--${key}`, options[key], [0, 100_000]);
  const minReplicas = bound('min', tuned.minReplicas ?? 1);
  const maxReplicas = bound('max', tuned.maxReplicas ?? 10);
  if (minReplicas > maxReplicas)
    throw new UserError(`--min ${minReplicas}: is more than --max ${maxReplicas}; lower it`);
  const name = tuned.name ?? 'vllm';
  const parameters = checkedParameters(policy, tuned.parameters);
  print(writeManifest(policy.name, parameters, { name, target: name, minReplicas, maxReplicas }));
}

interface Tuned {
  parameters: Record<string, unknown>;
  name?: string;
  minReplicas?: number;
  maxReplicas?: number;
}

/** Of the first pool that scales by that policy. */
async function fromScenario(path: string, policy: string): Promise<Tuned> {
  const { loadScenario } = await import('../../../scenario/load.ts');
  await (await import('../../../scenario/load/preload.ts')).preloadAll();
  const { pools } = loadScenario(path, []).scenario;
  const pool = pools.find(({ autoscaling }) => autoscaling?.policy === policy);
  if (pool?.autoscaling === undefined) {
    throw new UserError(`${path}: has no pool that scales by ${policy}; name another scenario or policy`);
  }
  const { parameters, minReplicas, maxReplicas } = pool.autoscaling;
  return { parameters: parameters as Record<string, unknown>, name: pool.name, minReplicas, maxReplicas };
}

function print(text: string): void {
  process.stdout.write(text);
}
