// The page of a sweep, of an analysis that is made up.
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/experiment/sweep/analysis/analysis.ts';
import { NO_CACHE } from '../../../src/experiment/sweep/cache.ts';
import { loadExperiment } from '../../../src/experiment/sweep/file/load.ts';
import { planSweep } from '../../../src/experiment/sweep/plan.ts';
import { runSweep } from '../../../src/experiment/sweep/sweep.ts';
import { loadDraw } from '../../../src/report/html/chart.ts';
import { sweepPage } from '../../../src/report/sweep/html/page.ts';
import { fixed, intervalText } from '../../../src/report/sweep/text.ts';
import { fileWith, MINIMAL } from '../../scenario/scenario-text.ts';

const HOSTILE = '</title></script><img src=x onerror=alert(1)>"\'&';
const scenario = fileWith(`${MINIMAL}fleet: { pools: [{ replicas: 1 }] }\n`);

/** Costs 100 per replica; attainment grows with them; the variant of 0 replicas is no scenario. */
async function analysed(more: string) {
  const file = fileWith(
    `scenario: ${scenario}\ndescription: ${JSON.stringify(HOSTILE)}\nseeds: 2\n${more}`,
    'e.yaml',
  );
  const knownKeys = ['total_usd', 'slo_attainment'];
  const plan = await planSweep(loadExperiment(file, { parameters: [], overrides: [], knownKeys }), '1.0');
  const result = await runSweep(plan, {
    cache: NO_CACHE,
    signal: new AbortController().signal,
    onProgress: () => {},
    executor: {
      close: async () => {},
      run: async (points, onOutcome) => {
        for (const { key, assignments, seed } of points) {
          const replicas = Number(assignments['fleet.pools[0].replicas']);
          const summary = { total_usd: 100 * replicas + seed, slo_attainment: 1 - 1 / (replicas + 1) };
          onOutcome({ key, ok: true, summary });
        }
      },
    },
  });
  return analyse(result);
}

const TWO = `
parameters: { "fleet.pools[0].replicas": [0, 1, 2, 3], description: [a, ${JSON.stringify(HOSTILE)}] }
responses: [total_usd, slo_attainment]
constraints: [slo_attainment >= 0.6]
`;

describe('the page of a sweep', async () => {
  const draw = await loadDraw();
  const text = sweepPage(await analysed(TWO), draw);
  const { document } = parseHTML(text);

  it('has every part, and links to each', () => {
    const ids = [...document.querySelectorAll('main section')].map(({ id }) => id);
    expect(ids).toEqual(['short', 'front', 'heat', 'effects', 'variants', 'failures', 'made']);
    expect([...document.querySelectorAll('nav a')].map((link) => link.getAttribute('href'))).toEqual(
      ids.map((id) => `#${id}`),
    );
  });

  it('says what was found', () => {
    const short = document.querySelector('#short')!.textContent;
    expect(short).toContain('8 variants in 16 runs, of which 4 failed');
    expect(short).toContain('4 of the variants keep slo_attainment >= 0.6');
    expect(short).toMatch(/Least total_usd: 201\.5 ± 6\.4, variant 5/);
    expect(short).toContain('total_usd moves most with fleet.pools[0].replicas');
  });

  it('draws a field per response with a cell for every pair of levels that has a value', () => {
    const fields = [...document.querySelectorAll('#heat figure')];
    expect(fields).toHaveLength(2);
    for (const field of fields) expect(field.querySelectorAll('svg.wide rect')).toHaveLength(6);
  });

  it('has a row per variant, and of every run that failed its command', () => {
    expect(document.querySelectorAll('#variants tbody tr')).toHaveLength(8);
    const failed = [...document.querySelectorAll('#failures code')].map(({ textContent }) => textContent);
    expect(failed).toHaveLength(4);
    expect(failed[0]).toMatch(/^fleetday run .*'fleet\.pools\[0\]\.replicas=0'.* --seed 1$/);
  });

  it('takes nothing that a user has written for markup', () => {
    expect(document.querySelectorAll('img, script')).toHaveLength(0);
    expect(text).not.toContain('<img');
    expect(document.querySelector('header')!.textContent).toContain(HOSTILE);
  });

  it('does without what there is not: one parameter, one seed, one objective', async () => {
    const one = await analysed(
      'parameters: { "fleet.pools[0].replicas": [1, 2] }\nobjectives: { minimise: [total_usd] }\nresponses: [total_usd]\n',
    );
    const { document: small } = parseHTML(sweepPage(one, draw));
    expect([...small.querySelectorAll('main section')].map(({ id }) => id)).toEqual([
      'short',
      'effects',
      'variants',
      'made',
    ]);
  });
});

describe('an interval as text', () => {
  it('has two digits of half-width, and the mean as far as these go', () => {
    expect(intervalText({ count: 3, mean: 8.317092, halfWidth: 0.00066 })).toBe('8.31709 ± 0.00066');
    expect(intervalText({ count: 3, mean: 0.99264, halfWidth: 0.0046 })).toBe('0.9926 ± 0.0046');
    expect(intervalText({ count: 3, mean: 54_375.4, halfWidth: 7530 })).toBe('54,375 ± 7,530');
    expect(intervalText({ count: 1, mean: 1.234, halfWidth: NaN })).toBe('1.23');
    expect(intervalText({ count: 1, mean: 0.99985, halfWidth: NaN })).toBe('0.99985');
    expect(intervalText({ count: 0, mean: NaN, halfWidth: NaN })).toBe('—');
    expect(fixed(0.5, 1e-12)).toBe('0.500000');
  });
});
