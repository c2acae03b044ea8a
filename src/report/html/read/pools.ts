// The pools as the resolved scenario describes them, with the catalog's titles where it names an entry of the catalog. A
// model, GPU or stack of the user's own is a mapping there, and brings its title along.
import { GPUS } from '../../../catalog/gpus.ts';
import { findKey } from '../../../catalog/lookup.ts';
import { MODELS } from '../../../catalog/models.ts';
import { NODES } from '../../../catalog/nodes.ts';
import { STACKS } from '../../../catalog/stacks.ts';
import type { Data } from './results.ts';

const CATALOG = { model: MODELS, gpu: GPUS, stack: STACKS, node: NODES };
type Kind = keyof typeof CATALOG;
export const KINDS = Object.keys(CATALOG) as Kind[];

export interface Part {
  kind: Kind;
  title: string;
  /** Where its figures are from, and which are estimates; empty for one of the user's own. */
  sources: string[];
}

export interface Pool {
  name: string;
  parts: Part[];
  gpusPerReplica: number;
  replicas: number;
  share: number;
  ownership: string;
  batching: string;
  queueLimit: number;
  scaling: { policy: string; min: number; max: number } | undefined;
  /** Requests per second, where the scenario says it; else NaN. */
  replicaCapacityPerSecond: number;
}

export function poolsOf(scenario: Data): Pool[] {
  return scenario.at('fleet', 'pools').list.map((pool, i): Pool => {
    const autoscaling = pool.at('autoscaling');
    const number = (key: string, otherwise: number) => {
      const { number } = pool.at(key);
      return Number.isNaN(number) ? otherwise : number;
    };
    return {
      name: pool.at('name').text ?? `pool ${i + 1}`,
      parts: KINDS.flatMap((kind) => partOf(kind, pool.at(kind))),
      gpusPerReplica: number('tp', 1) * number('pp', 1),
      replicas: number('replicas', NaN),
      share: number('share', 1),
      ownership: pool.at('ownership').text ?? '',
      batching: pool.at('batching', 'policy').text ?? '',
      queueLimit: number('queueLimit', NaN),
      scaling: autoscaling.isThere
        ? {
            policy: autoscaling.at('policy').text ?? 'a policy of one’s own',
            min: autoscaling.at('min').number,
            max: autoscaling.at('max').number,
          }
        : undefined,
      replicaCapacityPerSecond: autoscaling.at('replicaCapacity').number,
    };
  });
}

function partOf(kind: Kind, named: Data): Part[] {
  if (!named.isThere) return [];
  const own = named.at('title').text ?? named.at('name').text;
  if (named.text === undefined)
    return [{ kind, title: own ?? `a ${kind} of the scenario’s own`, sources: [] }];
  const key = findKey(CATALOG[kind], named.text);
  if (key === undefined) return [{ kind, title: named.text, sources: [] }];
  const entry: { title: string; source: string; estimates?: string; priceSource?: string } =
    CATALOG[kind][key];
  const { title, source, estimates, priceSource } = entry;
  const sources = [source, estimates, priceSource].filter((one) => one !== undefined && one !== '');
  return [{ kind, title, sources: sources as string[] }];
}

export function titleOf({ parts }: Pool, kind: Kind): string | undefined {
  return parts.find((part) => part.kind === kind)?.title;
}

/** GPT-3 175B on NVIDIA FasterTransformer, 8 × A100. */
export function servingText(pool: Pool): string {
  const [model, stack, gpu] = [titleOf(pool, 'model'), titleOf(pool, 'stack'), titleOf(pool, 'gpu')];
  if (model === undefined) return 'fixed service times';
  return `${model}${stack === undefined ? '' : ` on ${stack}`}, ${pool.gpusPerReplica} × ${gpu ?? 'GPU'}`;
}
