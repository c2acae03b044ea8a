// The token counts of the requests of one cell: prompt and output drawn independently, or rows of a trace drawn as
// pairs. Left out: lengths that vary with the time of day, conversations.
import { RandomStream, type RandomState } from '../kernel/random.ts';
import { stateOf } from '../kernel/saved-state.ts';
import { UserError } from '../kernel/user-error.ts';
import type { AliasTable } from './alias.ts';
import { lengthTable } from './lengths.ts';
import { readTokenPairs, ResampledTokens } from './resample.ts';
import type { ArrivalBatch, LengthSpec, TokensSpec } from './spec.ts';

export interface TokenSource {
  /** Writes the lengths of the batch's first `count` requests. */
  fill(batch: ArrivalBatch, count: number): void;
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
  const prompts = namedTable('prompt tokens', spec.prompt);
  const outputs = namedTable('output tokens', spec.output);
  return (seed, stream) =>
    new IndependentTokens(
      { table: prompts, stream: new RandomStream(seed, `${stream}/prompt-tokens`) },
      { table: outputs, stream: new RandomStream(seed, `${stream}/output-tokens`) },
    );
}

function namedTable(name: string, spec: LengthSpec): AliasTable {
  try {
    return lengthTable(spec);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${name}: ${error.message}`);
    throw error;
  }
}

interface Lengths {
  table: AliasTable;
  stream: RandomStream;
}

interface IndependentState {
  kind: 'independent lengths';
  prompts: RandomState;
  outputs: RandomState;
}

/** A stream each, so that other prompts leave the outputs as they are. */
class IndependentTokens implements TokenSource {
  readonly #prompts: Lengths;
  readonly #outputs: Lengths;

  constructor(prompts: Lengths, outputs: Lengths) {
    this.#prompts = prompts;
    this.#outputs = outputs;
  }

  fill(batch: ArrivalBatch, count: number): void {
    this.#prompts.table.draw(this.#prompts.stream, batch.promptTokens, count);
    this.#outputs.table.draw(this.#outputs.stream, batch.outputTokens, count);
  }

  save(): IndependentState {
    return {
      kind: 'independent lengths',
      prompts: this.#prompts.stream.save(),
      outputs: this.#outputs.stream.save(),
    };
  }

  restore(state: unknown): void {
    const { prompts, outputs } = stateOf<IndependentState>('independent lengths', state);
    this.#prompts.stream.restore(prompts);
    this.#outputs.stream.restore(outputs);
  }
}
