// The program as its users run it: the built files in dist/, typed by the sources they are built from. What the bench
// needs of the program's inside is named here and used in fleet.ts; when those interfaces change, these two follow.
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url);

export const MAIN = fileURLToPath(new URL('dist/cli/main.js', ROOT));
export const FLAGSHIP = fileURLToPath(new URL('scenarios/chatgpt-2023.yaml', ROOT));
export const REPLICAS = fileURLToPath(new URL('bench/replicas.yaml', ROOT));

const built = <T>(file: string): Promise<T> => import(new URL(`dist/${file}`, ROOT).href);

export async function loadProgram() {
  const { compileForLongRuns } =
    await built<typeof import('../../src/run/threads/v8-flags.ts')>('run/threads/v8-flags.js');
  compileForLongRuns();
  const [load, group, recorder, cellPlan, calendar, create, ticks] = await Promise.all([
    built<typeof import('../../src/scenario/load.ts')>('scenario/load.js'),
    built<typeof import('../../src/run/threads/group.ts')>('run/threads/group.js'),
    built<typeof import('../../src/run/recorder.ts')>('run/recorder.js'),
    built<typeof import('../../src/fleet/cell-plan.ts')>('fleet/cell-plan.js'),
    built<typeof import('../../src/economics/calendar.ts')>('economics/calendar.js'),
    built<typeof import('../../src/workload/create.ts')>('workload/create.js'),
    built<typeof import('../../src/kernel/ticks.ts')>('kernel/ticks.js'),
  ]);
  return { ...load, ...group, ...recorder, ...cellPlan, ...calendar, ...create, ...ticks };
}

export type Program = Awaited<ReturnType<typeof loadProgram>>;
