// The kernel with everything on against the generator of its requests: fleets of 1 to 3,800 replicas, quiet and busy,
// three ways of routing, long and short requests.
import type { RoutingPolicy } from '../../src/fleet/spec.ts';
import type { Goal, Section } from '../report/figures.ts';
import { BASE, configLabel, costOf, eventsOf, LONG, measureConfig, SHORT } from './bench.ts';
import type { Bench, FleetConfig } from './bench.ts';

export function kernel(bench: Bench): Section {
  const rows = configs(bench.quick).map((config) => {
    const figures = measureConfig(bench, config);
    const values = { ...costOf(figures), ...eventsOf(figures) };
    const label = configLabel(config) + (config === ALONE ? ', windows of an hour' : '');
    return { label, values, goals: goalsOf(config) };
  });
  return { name: 'kernel', title: 'Kernel / generator, everything on, windows of 60 s unless said', rows };
}

/** One replica has 66 requests in a minute, among which a window's end is shared; so it is measured apart, too. */
const ALONE: FleetConfig = { ...BASE, replicas: 1, routing: 'round-robin', windowSeconds: 3600 };

function configs(quick: boolean): FleetConfig[] {
  const routings = (replicas: number): RoutingPolicy[] =>
    replicas === 1 ? ['round-robin', 'power-of-two'] : ['round-robin', 'power-of-two', 'least-outstanding'];
  const all = [LONG, SHORT].flatMap((lengths) =>
    [0.8, 0.3].flatMap((load) =>
      [1, 64, 1000, 3800].flatMap((replicas) =>
        routings(replicas).map((routing) => ({ ...BASE, ...lengths, load, replicas, routing })),
      ),
    ),
  );
  // A quick look takes those that have a goal.
  return [ALONE, ...(quick ? all.filter((config) => goalsOf(config) !== undefined) : all)];
}

/** What the project has set itself for busy fleets with long requests. */
function goalsOf({ replicas, routing, load, promptTokens }: FleetConfig): Goal[] | undefined {
  if (load !== 0.8 || promptTokens !== LONG.promptTokens) return undefined;
  const isSmall = replicas <= 64 && routing !== 'least-outstanding';
  if (isSmall) return [{ column: 'ratio', atMost: 10 }];
  if (replicas !== 3800 || routing === 'round-robin') return undefined;
  return [{ column: 'ratio', atMost: routing === 'power-of-two' ? 15 : 26 }];
}
