// A parser of Prometheus' text format 0.0.4 by its specification (prometheus.io, "Exposition formats"), strict: it throws
// at what Prometheus would refuse, and at what is allowed but not written here.

export interface Parsed {
  type: string;
  help: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const SAMPLE = new RegExp(String.raw`^(${NAME})(?:\{(.*)\})? (\S+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/y;

export function parseExposition(text: string): Map<string, Parsed> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, Parsed>();
  const series = new Set<string>();
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, keyword, name, rest] = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`).exec(line) ?? [];
    if (keyword === 'HELP') {
      if (families.has(name)) throw new Error(`${name} comes twice`);
      families.set(name, { type: '', help: rest, samples: [] });
      current = name;
    } else if (keyword === 'TYPE') {
      if (name !== current || families.get(name)!.type !== '')
        throw new Error(`TYPE of ${name} out of place`);
      if (!['counter', 'gauge', 'histogram'].includes(rest)) throw new Error(`unknown type ${rest}`);
      families.get(name)!.type = rest;
    } else {
      const sample = parseSample(line);
      const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).toSorted())}`;
      if (series.has(key)) throw new Error(`${key} comes twice`);
      series.add(key);
      const family = families.get(current)!;
      const suffixes = family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      if (!suffixes.some((suffix) => sample.name === current + suffix))
        throw new Error(`${line} in ${current}`);
      family.samples.push(sample);
    }
  }
  return families;
}

function parseSample(line: string) {
  const match = SAMPLE.exec(line);
  if (!match) throw new Error(`no sample: ${line}`);
  const [, name, labelText = '', valueText] = match;
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < labelText.length) {
    const at = LABEL.lastIndex;
    const label = LABEL.exec(labelText);
    if (!label) throw new Error(`no label at ${at}: ${line}`);
    if (label[1] in labels) throw new Error(`label ${label[1]} twice: ${line}`);
    labels[label[1]] = label[2].replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  const value = { '+Inf': Infinity, '-Inf': -Infinity, NaN }[valueText] ?? Number(valueText);
  if (Number.isNaN(value) && valueText !== 'NaN') throw new Error(`no number: ${line}`);
  return { name, labels, value };
}

/** Checks every histogram of the text as Prometheus would see it. */
export function checkHistograms(families: ReadonlyMap<string, Parsed>): number {
  let histograms = 0;
  for (const [name, { type, samples }] of families) {
    if (type !== 'histogram') continue;
    const byLabels = new Map<string, typeof samples>();
    for (const sample of samples) {
      const { le: _le, ...labels } = sample.labels;
      const key = JSON.stringify(labels);
      byLabels.set(key, [...(byLabels.get(key) ?? []), sample]);
    }
    for (const [key, own] of byLabels) {
      histograms++;
      const buckets = own.filter((sample) => sample.name === `${name}_bucket`);
      const bounds = buckets.map(({ labels: { le } }) => (le === '+Inf' ? Infinity : Number(le)));
      if (bounds.some((bound, i) => i > 0 && bound <= bounds[i - 1]))
        throw new Error(`${name} ${key}: bounds`);
      if (buckets.some(({ value }, i) => i > 0 && value < buckets[i - 1].value))
        throw new Error(`${name} ${key}: falls`);
      if (buckets.some(({ value }) => !Number.isInteger(value))) throw new Error(`${name} ${key}: no counts`);
      const count = own.find((sample) => sample.name === `${name}_count`)!.value;
      if (bounds.at(-1) !== Infinity || buckets.at(-1)!.value !== count)
        throw new Error(`${name} ${key}: +Inf`);
      if (!own.some((sample) => sample.name === `${name}_sum`)) throw new Error(`${name} ${key}: no sum`);
    }
  }
  return histograms;
}
