// Durations as Go writes them, which is how Knative's annotations and config maps do: `60s`, `1m30s`, `0.5h`, `0`.
// Source: pkg.go.dev/time#ParseDuration. Left out: negative ones, which no setting of Knative takes.

const SECONDS: Record<string, number> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};
const LETTERS_MAX = 100;
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/guy;

/** In seconds; undefined for what is no such duration. */
export function parseGoDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (text === '' || text.length > LETTERS_MAX) return undefined;
  let seconds = 0;
  let letters = 0;
  for (const [part, digits, unit] of text.matchAll(PART)) {
    seconds += Number(digits) * SECONDS[unit];
    letters += part.length;
  }
  return letters === text.length ? seconds : undefined;
}

/** Whole seconds stay so: `90s`. */
export function goDuration(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}s` : `${Number((seconds * 1e9).toFixed(0))}ns`;
}
