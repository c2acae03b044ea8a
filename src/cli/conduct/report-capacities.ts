// What one replica of each pool of a finished run holds within the SLO: as its scenario says, or found by short simulations
// of one replica (experiment/capacity.ts).
import path from 'node:path';
import { replicaCapacityPerSecond } from '../../experiment/capacity.ts';
import { UserError } from '../../kernel/user-error.ts';
import { SCENARIO } from '../../report/files.ts';
import { preload } from '../../scenario/load/preload.ts';
import { loadScenario } from '../../scenario/load.ts';

/** By pool; NaN where no rate holds the SLO, which is told on the standard error output. */
export async function readCapacities(dir: string): Promise<number[]> {
  const file = path.join(dir, SCENARIO);
  await preload(file, []);
  const { scenario } = loadScenario(file, []);
  return scenario.pools.map(({ autoscaling }, i) => {
    if (autoscaling?.replicaCapacityPerSecond !== undefined) return autoscaling.replicaCapacityPerSecond;
    try {
      return replicaCapacityPerSecond(scenario, i);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      for (const problem of error.problems)
        process.stderr.write(`${dir}: capacity is not known: ${problem}\n`);
      return NaN;
    }
  });
}
