// The token counts of the requests of one cell: prompt and output drawn independently, or rows of a trace drawn as
// pairs. Independent lengths may change for a while; every request takes one number of each stream whatever its
// lengths are, so that those before and after stay the same. Left out: conversations.
import { RandomStream, type RandomState } from '../../kernel/random.ts';
import { stateOf } from '../../kernel/saved-state.ts';
import { secondsToTicks } from '../../kernel/ticks.ts';
import { UserError } from '../../kernel/user-error.ts';
import type { AliasTable } from './alias.ts';
import { lengthTable } from './lengths.ts';
import { readTokenPairs, ResampledTokens } from './resample.ts';
import type { ArrivalBatch, LengthSpec, TokensSpec } from '../spec.ts';

export interface TokenSource {
  /** Writes the lengths of the batch's first `count` requests, whose times are from that origin on. */
  fill(batch: ArrivalBatch, count: number, originTicks: number): void;
  /** As those of ArrivalSource. */
  save(): unknown;
  restore(state: unknown): void;
}

/** Makes the source of one cell, whose streams' names start with `stream`. */
export type TokenSourceFactory = (seed: number, stream: string) => TokenSource;

/** Tables are megabytes; all cells of one scenario in one thread share them. */
const factories = new WeakMap<TokensSpec, TokenSourceFactory>();

/** UserError for lengths that make no distribution, or for a trace that cannot be read. */
export function tokenSources(spec: TokensSpec): TokenSourceFactory {
  let factory = factories.get(spec);
  if (factory === undefined) {
    factory = prepare(spec);
    factories.set(spec, factory);
  }
  return factory;
}

function prepare(spec: TokensSpec): TokenSourceFactory {
  if (spec.kind === 'resample') {
    const pairs = readTokenPairs(spec.path);
    return (seed, stream) => new ResampledTokens(pairs, new RandomStream(seed, `${stream}/rows`));
  }
  const phases = phasesOf(spec);
  return (seed, stream) =>
    new IndependentTokens(phases, {
      prompts: new RandomStream(seed, `${stream}/prompt-tokens`),
      outputs: new RandomStream(seed, `${stream}/output-tokens`),
    });
}

/** Requests before `untilTicks` since the start of the run, from where the phase before ends. */
interface Phase {
  untilTicks: number;
  prompts: AliasTable;
  outputs: AliasTable;
}

/** The last one has no end. */
function phasesOf({ prompt, output, changes = [] }: Extract<TokensSpec, { kind: 'independent' }>): Phase[] {
  const tables = new Map<LengthSpec, AliasTable>();
  const tableOf = (name: string, spec: LengthSpec) => {
    const table = tables.get(spec) ?? namedTable(name, spec);
    tables.set(spec, table);
    return table;
  };
  const ends = new Set(changes.flatMap(({ fromSeconds, toSeconds }) => [fromSeconds, toSeconds]));
  const bounds = [...ends].filter((seconds) => seconds > 0).toSorted((a, b) => a - b);
  return [...bounds, Infinity].map((until, i) => {
    const from = i === 0 ? 0 : bounds[i - 1];
    const now = changes.filter(({ fromSeconds, toSeconds }) => fromSeconds <= from && toSeconds > from);
    return {
      untilTicks: secondsToTicks(until),
      prompts: tableOf('prompt tokens', now.findLast((change) => change.prompt)?.prompt ?? prompt),
      outputs: tableOf('output tokens', now.findLast((change) => change.output)?.output ?? output),
    };
  });
}

function namedTable(name: string, spec: LengthSpec): AliasTable {
  try {
    return lengthTable(spec);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${name}: ${error.message}`);
    throw error;
  }
}

interface IndependentState {
  kind: 'independent lengths';
  prompts: RandomState;
  outputs: RandomState;
}

/** A stream each, so that other prompts leave the outputs as they are. */
class IndependentTokens implements TokenSource {
  readonly #phases: readonly Phase[];
  readonly #prompts: RandomStream;
  readonly #outputs: RandomStream;

  constructor(phases: readonly Phase[], { prompts, outputs }: Record<'prompts' | 'outputs', RandomStream>) {
    this.#phases = phases;
    this.#prompts = prompts;
    this.#outputs = outputs;
  }

  fill({ atTicks, promptTokens, outputTokens }: ArrivalBatch, count: number, originTicks: number): void {
    let from = 0;
    for (const { untilTicks, prompts, outputs } of this.#phases) {
      if (from === count) return;
      const until = untilTicks - originTicks;
      let to = from;
      // Most batches lie in one phase.
      if (atTicks[count - 1] < until) to = count;
      else while (atTicks[to] < until) to++;
      if (to === from) continue;
      prompts.draw(this.#prompts, promptTokens.subarray(from), to - from);
      outputs.draw(this.#outputs, outputTokens.subarray(from), to - from);
      from = to;
    }
  }

  save(): IndependentState {
    return {
      kind: 'independent lengths',
      prompts: this.#prompts.save(),
      outputs: this.#outputs.save(),
    };
  }

  restore(state: unknown): void {
    const { prompts, outputs } = stateOf<IndependentState>('independent lengths', state);
    this.#prompts.restore(prompts);
    this.#outputs.restore(outputs);
  }
}
