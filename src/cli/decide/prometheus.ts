// What Prometheus answers to query_range (a matrix; prometheus.io/docs/prometheus/latest/querying/api, 2025), or a list of
// such answers. Series with a label pod or instance are replicas; several of one metric are put together as its signal
// is: sums of counts, means of shares. A replica that has no sample at a time does not exist then.
import { readTextFile } from '../../kernel/text-file.ts';
import { UserError } from '../../kernel/user-error.ts';
import { aggregated, columnOf, PER_REPLICA, unknownColumn, type Column, type Sample } from './metrics.ts';

const BYTES_MAX = 256 * 1024 * 1024;
const NAME_LABEL = '__name__';
const REPLICA_LABELS = ['pod', 'instance', 'exported_instance', 'container_id', 'replica'];

interface Series {
  column: Column;
  /** Undefined: of the pool. */
  replica: string | undefined;
  /** By time in seconds. */
  values: Map<number, number>;
}

export function readPrometheus(path: string, own: Readonly<Record<string, Column>>): Sample[] {
  const text = readTextFile(path, { bytesMax: BYTES_MAX, what: 'query_range JSON' });
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UserError(
      `${path}: is not valid JSON: ${(error as Error).message.split('\n')[0]}; save the answer of query_range`,
    );
  }
  const problems: string[] = [];
  const series = (Array.isArray(data) ? data : [data]).flatMap((answer, i) =>
    seriesOf(answer, {
      own,
      report: (what) => problems.push(`${path}: ${Array.isArray(data) ? `[${i}] ` : ''}${what}`),
    }),
  );
  if (problems.length > 0) throw new UserError(problems);
  const samples = samplesOf(series);
  if (samples.length > 0) return samples;
  throw new UserError(`${path}: has no samples; check the query and its time range`);
}

interface Reading {
  own: Readonly<Record<string, Column>>;
  report(what: string): void;
}

function seriesOf(answer: unknown, { own, report }: Reading): Series[] {
  const { status, error, data } = (answer ?? {}) as Record<string, unknown>;
  if (status !== undefined && status !== 'success') {
    report(`is an answer of status ${String(status)} (${String(error)}); mend the query`);
    return [];
  }
  const { resultType, result } = (data ?? answer ?? {}) as Record<string, unknown>;
  if (resultType !== 'matrix' || !Array.isArray(result)) {
    report('is no matrix; save the answer of /api/v1/query_range');
    return [];
  }
  const unknown = new Set<string>();
  return result.flatMap((entry: unknown, i): Series[] => {
    const { metric, values } = (entry ?? {}) as { metric?: Record<string, string>; values?: unknown };
    const name = metric?.[NAME_LABEL] ?? onlyName(own);
    if (name === undefined) {
      report(
        `result[${i}] has no name, as sums and rates have none; keep it with label_replace, or map one name with --map`,
      );
      return [];
    }
    const mapped = columnOf(name, own);
    if (mapped === undefined) {
      if (!unknown.has(name)) report(unknownColumn(name));
      unknown.add(name);
      return [];
    }
    const label = REPLICA_LABELS.find((key) => metric?.[key] !== undefined);
    const isOfReplica = PER_REPLICA.includes(mapped.column) && label !== undefined;
    const read = valuesOf(values, mapped.factor);
    if (read === undefined)
      report(`result[${i}] (${name}) has values that are no [time, "number"] pairs; save them again`);
    return read
      ? [{ column: mapped.column, replica: isOfReplica ? metric![label] : undefined, values: read }]
      : [];
  });
}

/** A query over one expression is what --map names, if it names one thing. */
function onlyName(own: Readonly<Record<string, Column>>): string | undefined {
  const names = Object.keys(own);
  return names.length === 1 ? names[0] : undefined;
}

/** Prometheus writes NaN where nothing was measured: such values are left out. */
function valuesOf(values: unknown, factor: number): Map<number, number> | undefined {
  if (!Array.isArray(values)) return undefined;
  const read = new Map<number, number>();
  for (const pair of values) {
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'number') return undefined;
    if (pair[1] === 'NaN') continue;
    const value = Number(pair[1]);
    if (typeof pair[1] !== 'string' || !Number.isFinite(value) || value < 0) return undefined;
    read.set(pair[0], value / factor);
  }
  return read;
}

function samplesOf(series: readonly Series[]): Sample[] {
  const names = [...new Set(series.flatMap(({ replica }) => replica ?? []))].toSorted();
  const place = new Map(names.map((name, i) => [name, i]));
  const byTime = new Map<
    number,
    { pool: Map<Column, number[]>; replicas: Partial<Record<Column, number>>[] }
  >();
  for (const { column, replica, values } of series) {
    for (const [time, value] of values) {
      let now = byTime.get(time);
      if (now === undefined) byTime.set(time, (now = { pool: new Map(), replicas: [] }));
      const ofPool = now.pool.get(column);
      if (ofPool === undefined) now.pool.set(column, [value]);
      else ofPool.push(value);
      if (replica !== undefined) (now.replicas[place.get(replica)!] ??= {})[column] = value;
    }
  }
  const times = [...byTime.keys()].toSorted((a, b) => a - b);
  return times.map((time): Sample => {
    const now = byTime.get(time)!;
    const pool = [...now.pool].map(([column, values]) => [column, aggregated(column, values)] as const);
    // By name; those that have no sample now are holes.
    const replicas = Object.values(now.replicas);
    return {
      atSeconds: time - times[0],
      epochMs: time * 1000,
      pool: Object.fromEntries(pool) as Sample['pool'],
      ...(replicas.length > 0 && { replicas }),
    };
  });
}
