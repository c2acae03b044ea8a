// `npm run fuzz -- --seed N --minutes M` (or --cases N): compares the fast kernel with the reference on random cells
// for as long as one likes. Prints its seed first, how far it is now and then, and of a mismatch the smallest case that
// shows it and the command that repeats it; exit code 1 then.
import fc from 'fast-check';
import { parseArgs } from 'node:util';
import { Coverage } from './reference/coverage.ts';
import { differentialProperty } from './reference/differential.ts';

/** Random cases of one seed; the next so many come from the seed after it. */
const BATCH_CASES = 200;
const REPORT_EVERY_MS = 10_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    minutes: { type: 'string' },
    cases: { type: 'string' },
    path: { type: 'string' },
  },
});
const seed = wholeNumber('seed') ?? Date.now() % 1_000_000;
const cases = values.path === undefined ? (wholeNumber('cases') ?? Infinity) : 1;
const minutes = wholeNumber('minutes') ?? (cases < Infinity ? Infinity : 1);

const startMs = Date.now();
const coverage = new Coverage();
console.log(`seed ${seed}, ${cases < Infinity ? `${cases} cases` : `${minutes} min`}`);
let reportedMs = startMs;
for (let batch = 0; coverage.cases < cases && Date.now() - startMs < minutes * 60_000; batch++) {
  if (Date.now() - reportedMs >= REPORT_EVERY_MS) {
    reportedMs = Date.now();
    report('0 mismatches');
  }
  compare(seed + batch, Math.min(BATCH_CASES, cases - coverage.cases));
}
report('0 mismatches');
if (coverage.cases >= 1000 && coverage.missing().length > 0) {
  throw new Error(`never happened: ${coverage.missing().join(', ')}`);
}

function compare(seed: number, numRuns: number): void {
  const result = fc.check(differentialProperty(coverage), { seed, numRuns, path: values.path ?? '' });
  if (!result.failed) return;
  report('1 mismatch');
  console.log(`${result.errorInstance instanceof Error ? result.errorInstance.message : 'failed'}`);
  console.log(`[recipe, start, windows] = ${JSON.stringify(result.counterexample)}`);
  console.log(`again: npm run fuzz -- --seed ${seed} --path ${result.counterexamplePath}`);
  process.exit(1);
}

function report(mismatches: string): void {
  const seconds = Math.round((Date.now() - startMs) / 1000);
  const { cases, requests, preemptions } = coverage;
  console.log(
    `${seconds} s: ${cases} cases, ${requests} requests, ${preemptions} preemptions, ${mismatches}`,
  );
}

function wholeNumber(name: 'seed' | 'minutes' | 'cases'): number | undefined {
  const text = values[name];
  if (text !== undefined && !/^\d{1,9}$/.test(text)) {
    console.error(`--${name}: must be a whole number, got "${text}"`);
    process.exit(2);
  }
  return text === undefined ? undefined : Number(text);
}
