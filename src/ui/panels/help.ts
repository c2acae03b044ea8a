// The help: every key, what the marks and colours mean, and the field's abbreviations.
import { BINDINGS } from '../keys.ts';
import { dim, mark, text, type Line } from '../line.ts';
import { framed, type Panel } from './panel.ts';

const TERMS: readonly (readonly [string, string])[] = [
  ['TTFT', 'time to first token, queueing included'],
  ['TPOT', 'time per output token after the first, mean of a request'],
  ['ITL', 'time between two tokens, all of them pooled'],
  ['E2E', 'from arrival to the last token'],
  ['KV', 'part of the key-value cache in use'],
  ['duty', 'part of the time in which a replica computes'],
  ['MBU MFU', 'part of peak memory bandwidth, of peak FLOP/s in use'],
  ['goodput', 'requests per second that met every limit of the SLO'],
];

export const helpPanel: Panel = (_state, width, height) => {
  const keys: Line[] = BINDINGS.map(({ keys, help }) => [
    text(keys.join('  ').padEnd(12), 'bold'),
    text(help),
  ]);
  const marks: Line = [
    mark('held'),
    dim(' held   '),
    mark('close'),
    dim(' within 10 % of the limit   '),
    mark('broken'),
    dim(' broken'),
  ];
  const hues: Line = [
    text('⠒⠒⠒', 'traffic'),
    dim(' traffic   '),
    text('⠒⠒⠒', 'latency'),
    dim(' latency   '),
    text('▅▅▅', 'money'),
    dim(' energy   ┄┄┄ night, 22 to 6 o’clock'),
  ];
  const charts: Line = [dim('A chart column spans the least and greatest value of all its windows.')];
  const terms: Line[] = TERMS.map(([term, meaning]) => [text(term.padEnd(12)), dim(meaning)]);
  return framed({ title: 'Help', width, height }, [...keys, [], marks, hues, charts, [], ...terms]);
};
