// A file of events: read for --events, with all mistakes at once and where they are; written among the results of a run to
// which something was done, so that it can be done again.
import { stringify } from 'yaml';
import { UserError } from '../../kernel/user-error.ts';
import { loadScalingPolicies, scalingPolicyOf } from '../../policies/scaling/registry.ts';
import { problemsOf, problemText, type Problem } from '../load/problems.ts';
import { readYamlSource } from '../load/source.ts';
import type { Scenario } from '../scenario.ts';
import { eventProblems } from './check.ts';
import { eventsFile, type EventsFile, type RunEvent } from './event.ts';

type Written = EventsFile['events'][number];

/** In time order; at one time in that of the file. `areDone`: they were possible. Throws a UserError with all that is wrong. */
export async function readEvents(
  filePath: string,
  scenario: Scenario,
  { areDone = false } = {},
): Promise<RunEvent[]> {
  const source = readYamlSource(filePath, {
    what: 'events',
    remedy: 'a run to which something was done leaves an events.yaml',
  });
  const mistakes: Problem[] = [];
  const events: RunEvent[] = [];
  const parsed = eventsFile.safeParse(source.data);
  if (!parsed.success) mistakes.push(...problemsOf(parsed.error.issues));
  else {
    await loadScalingPolicies(parsed.data.events.flatMap((e) => (e.kind === 'policy' ? [e.policy] : [])));
    for (const [i, written] of parsed.data.events.entries()) {
      const read = eventOf(written, scenario);
      const problems = Array.isArray(read) ? read : areDone ? [] : eventProblems(read, scenario);
      mistakes.push(...problems.map((problem) => ({ ...problem, path: ['events', i, ...problem.path] })));
      if (!Array.isArray(read) && problems.length === 0) events.push(areDone ? read : withDefaults(read));
    }
  }
  const lines = mistakes.map((mistake) => ({
    place: source.locate(mistake.path, mistake.atKey ? 'key' : 'value'),
    text: problemText(source.data, mistake),
  }));
  for (const { place, key } of source.repeatedKeys)
    lines.push({ place, text: `${key}: key appears twice in one mapping; remove one of them` });
  if (lines.length === 0) return events.toSorted((a, b) => a.atSeconds - b.atSeconds);
  lines.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  throw new UserError(lines.map(({ place, text }) => `${filePath}:${place.line}:${place.column} ${text}`));
}

function eventOf(written: Written, { pools }: Scenario): RunEvent | Problem[] {
  const { at: atSeconds } = written;
  if (written.kind === 'burst')
    return { atSeconds, kind: 'burst', factor: written.factor, durationSeconds: written.duration };
  const names = pools.map(({ name }) => name);
  const pool = written.pool === undefined && pools.length === 1 ? 0 : names.indexOf(written.pool ?? '');
  if (pool < 0) {
    const what = written.pool === undefined ? 'is missing' : 'is no pool of the scenario';
    return [{ path: ['pool'], message: `${what}; name one of ${names.join(', ')}` }];
  }
  if (written.kind === 'replicas') return { atSeconds, kind: 'replicas', pool, replicas: written.replicas };
  return { atSeconds, kind: 'policy', pool, policy: written.policy, parameters: written.parameters };
}

/** As the policy makes them; it has been loaded, and has no objections. */
export function withDefaults<E extends RunEvent>(event: E): E {
  if (event.kind !== 'policy') return event;
  return { ...event, parameters: scalingPolicyOf(event.policy).parameters.parse(event.parameters) };
}

const COMMENT = `# What was done to the run while it was simulated. The same again, to the byte:
# fleetday run scenario.resolved.yaml --events events.yaml --out <dir>
`;

export function eventsText(events: readonly RunEvent[], poolNames: readonly string[]): string {
  const written = events.map((event): Written => {
    const { atSeconds: at, kind } = event;
    if (kind === 'burst') return { at, kind, factor: event.factor, duration: event.durationSeconds };
    const pool = poolNames[event.pool];
    if (kind === 'replicas') return { at, kind, pool, replicas: event.replicas };
    return { at, kind, pool, policy: event.policy, parameters: event.parameters as Record<string, unknown> };
  });
  return COMMENT + stringify({ events: written }, { lineWidth: 0, aliasDuplicateObjects: false });
}
