// Rules that tie several keys together. They see a file in which every single key is sound; where one was not, it has
// been replaced by its default and rules that depend on it say nothing. Each rule names the key that is to change.
import { GPUS } from '../../catalog/gpus.ts';
import { shapeProblems } from '../../catalog/model-config.ts';
import { modelName, modelOf } from '../../catalog/models.ts';
import { NODES } from '../../catalog/nodes.ts';
import { kvCapacity } from '../../perf/kv.ts';
import { servingProblems } from '../../perf/served.ts';
import { gpusPerReplica, type PhysicalPerfSpec } from '../../perf/spec.ts';
import type { ScenarioFile } from '../schema.ts';
import { CELLS_MAX, REPLICAS_MAX } from '../schema/fleet.ts';
import { epochMsOf, isMoment } from '../schema/time.ts';
import { checkWorkload } from './workload/check-workload.ts';
import { autoscalingProblems } from './pools/autoscaling.ts';
import { checkEconomics } from './economics/check.ts';
import { perfSpec, spanOf, type CompleteFile } from './resolve.ts';
import type { Path } from './source.ts';
import { checkSpot } from './pools/spot.ts';

/**
 * `related`: further keys on which the rule depends. `message`: `what is wrong; how to mend it`. `atKey`: without the
 * value.
 */
export type Report = (path: Path, message: string, related?: readonly Path[], atKey?: boolean) => void;

/** Each takes 3 KB of memory and a line of windows.csv; a day has 86,400 of a second. */
const WINDOWS_MAX = 100_000;
/** Replica-seconds of a cell's window are added up in ticks, exact below 2^53 = 2,097,152 s of them. */
const REPLICA_SECONDS_MAX = 2_000_000;
/** What REPLICAS_MAX replicas with the default queueLimit may hold: up to 12 GB of memory if all of them wait. */
const WAITING_MAX = 100_000_000;
/** Shares written as decimals need not sum to 1 to the last bit. */
const SHARE_TOLERANCE = 1e-6;

type Pool = CompleteFile['fleet']['pools'][number];
type Pools = readonly Pool[];

export function check(file: ScenarioFile, completed: CompleteFile, report: Report): void {
  checkTime(file, completed, report);
  checkWorkload(file, completed, report);
  const { pools } = completed.fleet;
  pools.forEach((pool, i) => {
    const of = (...keys: string[]): Path => ['fleet', 'pools', i, ...keys];
    checkHardware(pool, of, report);
    checkQueues(pool, of, report);
    checkCells(pool, completed.output.window, of, report);
    checkAutoscaling(pool, i, { file, report });
  });
  checkPoolsTogether(pools, report);
  checkShares(file, report);
  checkSpot(pools, { written: file.fleet.pools, economics: completed.economics, report });
  const isTimed = typeof epochMsOf(file.start, file.timeZone) === 'number';
  checkEconomics(file, completed, { span: isTimed ? spanOf(completed) : undefined, report });
}

function checkTime(file: ScenarioFile, completed: CompleteFile, report: Report): void {
  const { start, timeZone } = file;
  const { duration, output } = completed;
  const epochMs = epochMsOf(start, timeZone);
  if (typeof epochMs !== 'number') {
    report(['start'], epochMs.problem, [['timeZone']]);
  } else if (!isMoment(completed.start)) {
    report(['start'], `is ${completed.start} in ${timeZone}; keep it between 1973 and 2100`, [['timeZone']]);
  }
  const { window } = output;
  if (window > Math.ceil(duration)) {
    report(['output', 'window'], `is longer than the duration of ${duration} s; shorten it`, [['duration']]);
  }
  const windows = Math.ceil(duration / window);
  if (windows > WINDOWS_MAX) {
    const which = file.output.window === undefined ? `is missing, and its default of ${window} s ` : '';
    const most = `makes ${windows} windows, at most ${WINDOWS_MAX} are kept`;
    const least = Math.ceil(duration / WINDOWS_MAX);
    report(['output', 'window'], `${which}${most}; write at least ${least} s`, [['duration']]);
  }
}

function checkHardware(pool: Pool, of: (...keys: string[]) => Path, report: Report): void {
  const { gpu, node, tp, performance } = pool;
  const degrees = Object.keys(GPUS[gpu].allReduceSeconds);
  if (!degrees.includes(String(tp))) {
    report(of('tp'), `is not a supported tensor-parallel degree; use ${degrees.join(', ')}`, [of('gpu')]);
    return;
  }
  if (tp > NODES[node].gpus) {
    report(of('tp'), `is more than the ${NODES[node].gpus} GPUs of ${node}; lower it`, [of('node')]);
  }
  if (!NODES[node].gpuKeys.includes(gpu)) {
    report(of('gpu'), `is not a GPU of ${node}; use ${NODES[node].gpuKeys.join(' or ')}`, [of('node')]);
  }
  if (performance.kind === 'physical') {
    checkServing(pool, of, report);
    return;
  }
  for (const key of ['model', 'stack', 'pp', 'weights', 'compute', 'kvCache', 'speculative'] as const) {
    if (pool[key] === undefined) continue;
    report(of(key), 'has no effect with fixed performance; remove it', [of('performance')]);
  }
  if (performance.secondsPerRequest + performance.secondsPerOutputToken > 0) return;
  report(of('performance'), 'takes no time at all; give secondsPerRequest or secondsPerOutputToken');
}

/** Other keys of a pool that decide whether one goes with the rest. */
const DEPENDS_ON = { tp: ['gpu'], pp: ['model'], compute: ['gpu', 'weights'], speculative: ['pp'] };

function checkServing(pool: Pool, of: (...keys: string[]) => Path, report: Report): void {
  const { gpu, speculative } = pool;
  const spec = perfSpec(pool) as PhysicalPerfSpec;
  const models = [
    { keys: ['model'], model: spec.model },
    ...(speculative ? [{ keys: ['speculative', 'draftModel'], model: spec.speculative!.draftModel }] : []),
  ];
  const shapes = models.flatMap(({ keys, model }) =>
    shapeProblems(modelOf(model)).map(({ key, message }) => ({ path: of(...keys, key), message })),
  );
  for (const { path, message } of shapes) report(path, message);
  const problems = shapes.length > 0 ? [] : servingProblems(spec);
  for (const { key, message } of problems) {
    report(
      of(key),
      message,
      DEPENDS_ON[key].map((other) => of(other)),
    );
  }
  if (shapes.length + problems.length > 0) return;
  const { missingBytes, weightBytes } = kvCapacity(spec);
  if (missingBytes > 0) {
    report(
      of('model'),
      `${modelName(spec.model)} does not fit on ${gpusPerReplica(spec)} × ${gpu}: its weights take ${gigabytes(weightBytes)}, and ${missingBytes} bytes ` +
        `(${gigabytes(missingBytes)}) are missing; use a larger tp or pp, fewer bits per weight, a GPU with more memory or a smaller model`,
      ['tp', 'gpu', 'performance', 'pp', 'weights', 'compute', 'kvCache', 'speculative'].map((key) =>
        of(key),
      ),
    );
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function checkQueues({ batching, queueLimit }: Pool, of: (...keys: string[]) => Path, report: Report): void {
  if (batching.policy === 'continuous' && batching.maxBatchedTokens < batching.maxSequences) {
    report(
      of('batching', 'maxBatchedTokens'),
      `is less than maxSequences ${batching.maxSequences}, so that a sequence could miss its token; raise it or lower maxSequences`,
      [of('batching', 'maxSequences')],
    );
  }
  if ('batchSize' in batching && queueLimit < batching.batchSize) {
    report(
      of('queueLimit'),
      `is less than batchSize ${batching.batchSize}, so that no full batch could wait; raise it or lower batchSize`,
      [of('batching', 'batchSize')],
    );
  }
}

function checkCells(pool: Pool, window: number, of: (...keys: string[]) => Path, report: Report): void {
  const { cells, replicas } = pool;
  if (cells > replicas) {
    report(of('cells'), `is more than the ${replicas} replicas; lower it or write auto`, [of('replicas')]);
    return;
  }
  const cellReplicas = Math.ceil(replicas / cells);
  if (cellReplicas * window > REPLICA_SECONDS_MAX) {
    report(
      of('cells'),
      `makes cells of ${cellReplicas} replicas, which a window of ${window} s counts inexactly; use at least ` +
        `${Math.ceil((replicas * window) / REPLICA_SECONDS_MAX)} cells or a window of at most ${Math.floor(REPLICA_SECONDS_MAX / cellReplicas)} s`,
      [of('replicas'), ['output', 'window'], ['duration']],
    );
  }
}

function checkAutoscaling(
  { autoscaling, replicas, cells }: Pool,
  index: number,
  { file, report }: { file: ScenarioFile; report: Report },
): void {
  if (autoscaling === undefined) return;
  // Where it is written: at the pool, or once for all.
  const own = file.fleet.pools[index].autoscaling !== undefined;
  const at: Path = own ? ['fleet', 'pools', index, 'autoscaling'] : ['autoscaling'];
  const related: Path[] = ['replicas', 'cells'].map((key) => ['fleet', 'pools', index, key]);
  for (const { path, message } of autoscalingProblems(autoscaling, { replicas, cells }))
    report([...at, ...path], message, related);
}

function checkPoolsTogether(pools: Pools, report: Report): void {
  const replicas = pools.reduce((sum, pool) => sum + pool.replicas, 0);
  if (replicas > REPLICAS_MAX) {
    report(
      ['fleet', 'pools'],
      `have ${replicas} replicas together, at most ${REPLICAS_MAX} are simulated; use fewer`,
    );
  }
  const cells = pools.reduce((sum, pool) => sum + pool.cells, 0);
  if (cells > CELLS_MAX) {
    report(['fleet', 'pools'], `have ${cells} cells together, at most ${CELLS_MAX} are simulated; use fewer`);
  }
  const waiting = pools.reduce((sum, pool) => sum + pool.replicas * pool.queueLimit, 0);
  if (replicas <= REPLICAS_MAX && waiting > WAITING_MAX) {
    const limits = pools.map(({ queueLimit }) => queueLimit);
    report(
      ['fleet', 'pools', limits.indexOf(Math.max(...limits)), 'queueLimit'],
      `lets ${waiting} requests wait at all replicas together, at most ${WAITING_MAX} are kept; lower it`,
      pools.flatMap((_, i) => ['queueLimit', 'replicas'].map((key) => ['fleet', 'pools', i, key])),
    );
  }
  pools.forEach(({ name }, i) => {
    const first = pools.findIndex((pool) => pool.name === name);
    if (first < i) report(['fleet', 'pools', i, 'name'], `is also the name of pools[${first}]; rename one`);
  });
}

function checkShares({ fleet: { pools } }: ScenarioFile, report: Report): void {
  const given = pools.filter((pool) => pool.share !== undefined);
  if (given.length === 0) return;
  const missing = pools.findIndex((pool) => pool.share === undefined);
  if (missing >= 0) {
    report(
      ['fleet', 'pools', missing, 'share'],
      'is missing while other pools have one; give it to all or to none',
    );
    return;
  }
  const sum = pools.reduce((total, pool) => total + pool.share!, 0);
  if (Math.abs(sum - 1) > SHARE_TOLERANCE) {
    const last = pools.length - 1;
    report(
      ['fleet', 'pools', last, 'share'],
      `makes the shares sum to ${Number(sum.toPrecision(9))}; make them sum to 1`,
      pools.map((_, i) => ['fleet', 'pools', i, 'share']),
    );
  }
}
