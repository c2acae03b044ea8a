// What follows from other keys in `spot` of a pool, its rules, and its translation.
import type { PoolSpot } from '../../scenario.ts';
import type { PoolFile } from '../../schema.ts';
import { coldStart as coldStartSchema } from '../../schema/autoscaling.ts';
import { coldStartSpec, completeColdStart, type AutoscalingFile } from './autoscaling.ts';
import type { Report } from '../checks.ts';
import type { CompleteEconomics } from '../economics/complete.ts';
import type { CompletePool } from '../resolve.ts';
import type { Path } from '../source.ts';

type SpotFile = NonNullable<PoolFile['spot']>;

/** `weightBytes`: of the model, unless nothing is known of it. A pool that scales says elsewhere how its replicas come and go. */
export function completeSpot(file: SpotFile, scales: boolean, weightBytes: number | undefined) {
  if (scales) return { ...file, coldStart: undefined };
  const coldStart = (file.coldStart ?? coldStartSchema.parse({})) as AutoscalingFile['coldStart'];
  const { killed = 'retry' as const } = file;
  return { ...file, killed, coldStart: completeColdStart(coldStart, weightBytes) };
}

export function spotSpec({ spot }: Pick<CompletePool, 'spot'>): PoolSpot | undefined {
  if (spot === undefined) return undefined;
  const { share, reclaimsPerHour, notice, killed, coldStart } = spot;
  return {
    share,
    reclaimsPerNodeHour: reclaimsPerHour,
    noticeSeconds: notice,
    ...(coldStart && { replacement: { killed: killed!, coldStart: coldStartSpec(coldStart) } }),
  };
}

const PRICE: Path = ['economics', 'rent', 'spot'];

/** `written`: as in the file. */
export function checkSpot(
  pools: readonly CompletePool[],
  {
    written,
    economics,
    report,
  }: { written: readonly PoolFile[]; economics: CompleteEconomics; report: Report },
): void {
  const { spot: price } = economics.rent;
  pools.forEach(({ spot, ownership, autoscaling }, i) => {
    if (spot === undefined) return;
    const at = (...keys: string[]): Path => ['fleet', 'pools', i, 'spot', ...keys];
    if (ownership === 'owned')
      report(at(), 'is of nodes that are rented; write ownership: rented, or remove it', [
        ['fleet', 'pools', i, 'ownership'],
      ]);
    if (autoscaling !== undefined) {
      if (written[i].spot?.killed !== undefined)
        report(at('killed'), 'is said by autoscaling.drain.killed where a pool scales; remove it');
      if (written[i].spot?.coldStart !== undefined)
        report(at('coldStart'), 'is said by autoscaling.coldStart where a pool scales; remove it');
    }
    if (price === undefined)
      report(at(), 'has no price; give economics.rent.spot a price or discount', [PRICE], true);
  });
  if (price === undefined) return;
  const isNamed = pools.some(({ spot }) => spot !== undefined);
  // One in which there is a mistake is as if it were not there.
  const related: Path[] = [PRICE, ...pools.map((_, i): Path => ['fleet', 'pools', i, 'spot'])];
  if (isNamed && price.share !== undefined) {
    const fix = 'pools say which of their nodes are spot; remove it here';
    report([...PRICE, 'share'], `has no effect beside fleet.pools[].spot: ${fix}`, related);
  }
  if (!isNamed && price.share === undefined) {
    const fix = 'give it, or say at a pool which of its nodes are spot';
    report([...PRICE, 'share'], `is missing; ${fix}`, related);
  }
}
