// The sentences of a report, on results small enough to know what they should say.
import { expect, it } from 'vitest';
import { addUp, costParts } from '../../../src/report/html/read/cost-parts.ts';
import { resultsOf } from '../../../src/report/html/read/results.ts';
import { runView } from '../../../src/report/html/read/run-view.ts';
import { causesOf } from '../../../src/report/html/story/causes.ts';
import { missedStretches } from '../../../src/report/html/story/missed.ts';
import { storyOf, warningOf } from '../../../src/report/html/story/sentences.ts';
import { HOURS, textsWith, YAML, type Window } from './runs.ts';

const results = (...args: Parameters<typeof textsWith>) => resultsOf('out', textsWith(...args));
const view = (...args: Parameters<typeof textsWith>) => runView(results(...args));
const storyText = (...args: Parameters<typeof textsWith>) =>
  storyOf(view(...args))
    .text.replace(/<[^>]*>/g, '')
    .replaceAll('\n', ' ');
const minutes = (count: number, of: Window = {}) => Array.from({ length: count }, () => of);

it('finds the stretches in which more than one arrival in a hundred missed the SLO', () => {
  const windows = [
    ...minutes(3),
    { attained: 30 },
    {},
    { attained: 0, arrived: 40 },
    ...minutes(5),
    // Exactly one in a hundred is held.
    { arrived: 200, attained: 198 },
    { arrived: 200, attained: 197 },
  ];
  const { windows: table } = results(windows);
  expect(missedStretches(table)).toEqual([
    { fromSeconds: 180, toSeconds: 360, first: 3, end: 6, arrived: 160, missed: 70 },
    { fromSeconds: 720, toSeconds: 780, first: 12, end: 13, arrived: 200, missed: 3 },
  ]);
});

it('tells when the SLO was missed, by how much, and what was seen then', () => {
  const text = storyText(
    [
      ...minutes(10),
      ...minutes(5, { attained: 6, waiting: 90, kv_use: 0.99, preemptions: 4, p99_ttft_ms: 9000 }),
    ],
    { summary: { slo_attainment: 0.7 } },
  );
  expect(text).toContain('✗ The SLO did not hold over the whole run: 70.0 % of the arrived requests');
  expect(text).toContain(
    'In one stretch of time more than 1 % of the arrivals missed it, 270 requests in all',
  );
  expect(text).toContain('08:10 to 08:15: 270 of 300 arrivals missed it (90.0 %)');
  expect(text).toContain('p99 TTFT rose to 9.00 s, 2.00 s are promised');
  expect(text).toContain('requests queued, up to 90 at a time (90.0 per ready replica)');
  expect(text).toContain(
    'the KV cache was up to 99.00 % full, and 20 times a running request lost its cache',
  );
});

it('says so where the SLO held everywhere, where there is none, and where nothing arrived', () => {
  expect(storyText(minutes(5))).toContain('✓ The SLO held over the whole run: 100 %');
  expect(storyText(minutes(5))).toContain('Nor did it break in any single window.');
  expect(storyText(minutes(5), { summary: { slo_ttft_ms: null } })).toContain('No SLO was set');
  const nothing = { arrived: 0, completed: 0, attained: 0 };
  const empty = storyText(minutes(5, nothing), {
    summary: { arrived: 0, completed: 0, slo_attainment: null },
  });
  expect(empty).toContain('no request arrived');
  expect(empty).toContain('Nothing was served for it.');
  expect(empty).toContain('Nothing arrived, so the SLO (TTFT within 2.00 s) was not tried.');
  expect(empty).not.toMatch(/NaN|undefined|—/);
});

const SCALED = YAML.replace(
  'ownership: rented',
  'autoscaling: { policy: hpa, min: 0, max: 2, replicaCapacity: 0.5 }',
);

it('puts a cold start down to replicas that had not come', () => {
  const cold = { attained: 0, held: 60, waiting: 60, replicas_wanted: 2, replicas_ready: 0 };
  const [stretch] = view([...minutes(5), cold], { yaml: SCALED }).missed;
  expect(causesOf(view([...minutes(5), cold], { yaml: SCALED }), stretch)).toEqual([
    'up to 60 requests were held because no replica was ready (cold start)',
    'requests queued, up to 60 at a time (60.0 per ready replica)',
    'replicas that were ordered had not come yet: at 08:06:00 0 of 2 were ready',
    'the fleet was at its limit of 2 replicas',
    '1.00 per second arrived where the ready replicas hold 0 per second',
  ]);
});

it('does not blame the fleet for requests that a stopped run left behind', () => {
  const stopped = { summary: { partial: true, running_at_end: 30, waiting_at_end: 0 } };
  const cut = view([...minutes(5), { attained: 30 }], stopped);
  expect(causesOf(cut, cut.missed[0])).toEqual([
    '30 requests were still in the fleet when the run ended, and count as missed',
  ]);
  expect(warningOf(cut)?.text).toContain(
    'The run ended early, after 6 min of traffic, with 30 requests still',
  );
});

it('names every part of the cost that the ledger has, new ones too, the largest first', () => {
  expect(storyText(minutes(5))).toContain(
    'It cost $100; the largest part is rent $60.00 (60.0 %), then electricity $40.00 (40.0 %).',
  );
  const hours = HOURS.replace(
    'total_usd',
    'total_usd,moon_dust_usd,prefill_usd,spot_usd,licences_usd',
  ).replace(',100\r\n', ',130,30,70,5,0\r\n');
  const more = results(minutes(5), { hours, summary: { total_usd: 150, demand_charge_usd: 20 } });
  const parts = costParts(more);
  expect(parts.map(({ label, usd }) => [label, usd])).toEqual([
    ['electricity', 40],
    ['rent', 60],
    ['moon dust', 30],
    ['demand charge', 20],
  ]);
  expect(new Set(parts.map(({ colour }) => colour)).size).toBe(4);
  expect(addUp(parts, 150)).toBe(true);
  expect(addUp(parts, 151)).toBe(false);
});
