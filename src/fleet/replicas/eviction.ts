// A replica is taken away with requests in it: its sequences and its queue leave, in order of arrival; the step under way
// is lost. Rare, and therefore in a file of its own (see preemption.ts).
import { entryAt } from './preemption.ts';
import type { Engine } from '../engine-interface.ts';
import { Entry, Size } from '../requests/request-entry.ts';
import type { RequestPool } from '../requests/request-pool.ts';

/** A request that is not at a replica. */
export interface LooseRequest {
  request: number;
  promptTokens: number;
  outputTokens: number;
  arrivalTicks: number;
  /** As in the pool: of one that had its first token before, elsewhere. */
  firstTokenTicks: number;
  lastTokenTicks: number;
  admittedTicks: number;
}

/** Into an entry of the pool: it begins from its prompt. */
export function writeLoose(pool: RequestPool, entry: number, loose: LooseRequest): void {
  const d = entry * Size.ENTRY_DOUBLES;
  const e = entry * Size.ENTRY_WORDS;
  pool.doubles[d + Entry.ARRIVAL] = loose.arrivalTicks;
  pool.doubles[d + Entry.FIRST_TOKEN] = loose.firstTokenTicks;
  pool.doubles[d + Entry.LAST_TOKEN] = loose.lastTokenTicks;
  pool.doubles[d + Entry.ADMITTED] = loose.admittedTicks;
  pool.words[e + Entry.PROMPT] = loose.promptTokens;
  pool.words[e + Entry.OUTPUT] = loose.outputTokens;
  pool.words[e + Entry.TARGET] = loose.promptTokens;
  pool.words[e + Entry.REQUEST] = loose.request;
}

/** Decoding, in prefill, waiting. One by one, since a queue may hold a hundred million. */
export function* entriesOf(engine: Engine, replica: number): Generator<number> {
  const { active, prefillHead, waitHead } = engine.replicas;
  for (let place = 0; place < active[replica]; place++) yield entryAt(engine, replica, place);
  for (const head of [prefillHead[replica], waitHead[replica]])
    for (const e of chain(engine, head)) yield e / Size.ENTRY_WORDS;
}

/** Empties a replica that was settled at the present: it is as new, but for the numbers of its steps. */
export function evict(engine: Engine, replica: number): LooseRequest[] {
  const { replicas, pool, clock } = engine;
  const loose: LooseRequest[] = [];
  let position = 0;
  const decoding = replicas.active[replica];
  // Read before any is released, which writes into the chains.
  const entries = [...entriesOf(engine, replica)];
  for (const entry of entries) {
    const d = entry * Size.ENTRY_DOUBLES;
    const e = entry * Size.ENTRY_WORDS;
    loose.push({
      request: pool.words[e + Entry.REQUEST],
      promptTokens: pool.words[e + Entry.PROMPT],
      outputTokens: pool.words[e + Entry.OUTPUT],
      arrivalTicks: pool.doubles[d + Entry.ARRIVAL],
      firstTokenTicks: pool.doubles[d + Entry.FIRST_TOKEN],
      // A decoding sequence had its last token at the last step boundary.
      lastTokenTicks: position++ < decoding ? replicas.start[replica] : pool.doubles[d + Entry.LAST_TOKEN],
      admittedTicks: pool.doubles[d + Entry.ADMITTED],
    });
    pool.release(entry);
  }
  // Numbers of requests wrap around.
  loose.sort((a, b) => (a.request - b.request) | 0);
  // The lost step has had its number: who draws durations by number does not draw the same one again.
  if (replicas.stepsLeft[replica] > 0) replicas.steps[replica]++;
  for (const name of ['outstanding', 'decodes', 'context', 'prefillBlocks', 'active', 'waiting'] as const)
    replicas[name][replica] = 0;
  for (const name of ['prefilling', 'batchSize', 'batchPrompt'] as const) replicas[name][replica] = 0;
  for (const name of ['waitHead', 'waitTail', 'prefillHead', 'prefillTail'] as const)
    replicas[name][replica] = -1;
  replicas.residues.fill(0, replica * 2, replica * 2 + 16);
  replicas.start[replica] = clock[0];
  engine.idle(replica);
  return loose;
}

/** Of the prompts in prefill, those tokens that are cached. */
export function tokensPrefilled(engine: Engine, replica: number): number {
  const { words } = engine.pool;
  let tokens = 0;
  // Asked of every replica at every scrape, and there is seldom one: no generator.
  for (let entry = engine.replicas.prefillHead[replica]; entry >= 0;) {
    tokens += words[entry * Size.ENTRY_WORDS + Entry.DONE];
    entry = words[entry * Size.ENTRY_WORDS + Entry.NEXT];
  }
  return tokens;
}

/** Of the prompts in prefill and of those that wait. */
export function tokensToPrefill(engine: Engine, replica: number): number {
  const { words } = engine.pool;
  let tokens = 0;
  for (const e of chain(engine, engine.replicas.prefillHead[replica]))
    tokens += words[e + Entry.TARGET] - words[e + Entry.DONE];
  for (const e of chain(engine, engine.replicas.waitHead[replica])) tokens += words[e + Entry.TARGET];
  return tokens;
}

/** Where the entries of a chain begin in the pool's words. */
function* chain({ pool }: Engine, head: number): Generator<number> {
  for (let entry = head; entry >= 0; entry = pool.words[entry * Size.ENTRY_WORDS + Entry.NEXT])
    yield entry * Size.ENTRY_WORDS;
}
