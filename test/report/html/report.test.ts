// A report as a whole: what is on the page, the same bytes every time, no markup from outside, small.
import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, it } from 'vitest';
import { reportOf } from '../../../src/report/html/report.ts';
import type { ResultTexts } from '../../../src/report/html/read/results.ts';
import { QUICK, textsOfRun, textsWith, YAML } from './runs.ts';

const pageOf = async (texts: ResultTexts) => parseHTML(await reportOf([{ name: 'out', texts }])).document;

describe('the report of a run', () => {
  let texts: ResultTexts;
  beforeAll(async () => (texts = await textsOfRun(QUICK)));

  it('has the story first, and every section that its links name', async () => {
    const document = await pageOf(texts);
    expect(document.title).toBe('quick · fleetday');
    const links = [...document.querySelectorAll('nav a')].map((link) => link.getAttribute('href'));
    const sections = [...document.querySelectorAll('main section')].map(({ id }) => `#${id}`);
    expect(links).toEqual(sections);
    expect(sections[0]).toBe('#story');
    expect(sections).toHaveLength(10);
  });

  it('draws every chart for a phone and for a desk, each with words for those who do not see it', async () => {
    const document = await pageOf(texts);
    const titles = [...document.querySelectorAll('figure strong')].map(({ textContent }) => textContent);
    expect(titles).toEqual([
      'Arrivals and completions',
      'SLO by hour of arrival',
      'Queue',
      'Batch',
      'Time to first token (TTFT)',
      'TTFT of all requests',
      'Time per output token (TPOT)',
      'TPOT of all requests',
      'End-to-end latency (E2E)',
      'E2E of all requests',
      'Utilisation',
      'Cost',
      'Energy',
      'Carbon',
    ]);
    for (const size of ['wide', 'narrow']) {
      const pictures = [...document.querySelectorAll(`figure > svg.${size}`)];
      expect(pictures).toHaveLength(titles.length);
      for (const picture of pictures) {
        expect(picture.getAttribute('aria-label')?.length).toBeGreaterThan(20);
        expect(picture.querySelectorAll('path').length).toBeGreaterThan(0);
      }
    }
    expect(document.querySelectorAll('script, link, style + style, img, iframe')).toHaveLength(0);
  });

  it('is the same to the byte however often it is made, and does not know its folder', async () => {
    const first = await reportOf([{ name: 'out/a', texts }]);
    expect(await reportOf([{ name: '/elsewhere/b', texts }])).toBe(first);
  });

  it('carries the scenario, to the byte', async () => {
    const link = (await pageOf(texts)).querySelector('a[download]');
    const [, data] = (link?.getAttribute('href') ?? '').split('base64,');
    expect(Buffer.from(data, 'base64').toString()).toBe(texts['scenario.resolved.yaml']);
    expect(link?.getAttribute('download')).toBe('quick.yaml');
  });

  it('names sources and limits', async () => {
    const text = (await pageOf(texts)).body.textContent ?? '';
    expect(text).toContain('Llama 2 paper');
    expect(text).toContain('a decode step may be wrong by about ±');
  });
});

describe('what is put into a report', () => {
  const EVIL = `</script></title><img src=x onerror="alert(1)"> ]]> ' " &amp; \u202e ${'x'.repeat(300)}`;

  it('stays text, wherever it comes from', async () => {
    const yaml =
      YAML.replace('Made by hand', JSON.stringify(EVIL)).replace(
        'name: main',
        `name: ${JSON.stringify(EVIL)}`,
      ) + `economics: ${JSON.stringify({ [EVIL]: EVIL })}\n`;
    const scaled = yaml.replace(
      'ownership: rented',
      `autoscaling: { policy: ${JSON.stringify(EVIL)}, min: 1, max: 2 }`,
    );
    const quoted = `"${EVIL.replaceAll('"', '""')}"`;
    const texts = textsWith([{}, {}], {
      yaml: scaled,
      summary: {
        scenario: EVIL,
        version: EVIL,
        scenario_hash: EVIL,
        step_time_error_reasons: EVIL,
        step_time_error_percent: 5,
        step_times: EVIL,
      },
    });
    texts['scaling.csv'] =
      `at_seconds,pool,from,to,recommended,ready,reason\r\n60,${quoted},1,2,2,1,${quoted}\r\n`;
    texts['hourly.csv'] = texts['hourly.csv']!.replace('rent_usd', quoted.replace('xx"', '_usd"'));
    for (const runs of [
      [{ name: 'out', texts }],
      [
        { name: EVIL, texts },
        { name: `${EVIL}2`, texts },
      ],
    ]) {
      const page = await reportOf(runs);
      const { document } = parseHTML(page);
      expect(document.querySelectorAll('script, img, [onerror], [onload]')).toHaveLength(0);
      expect(page.match(/<\/title>/g)?.length).toBe(page.match(/<title>/g)?.length);
      expect(document.body.textContent).toContain(EVIL.slice(0, 60));
    }
  });
});

describe('results of other days', () => {
  it('are shown by five quantiles where no histogram was written', async () => {
    const quantiles = {
      p50_ttft_ms: 100,
      p90_ttft_ms: 200,
      p95_ttft_ms: 300,
      p99_ttft_ms: 900,
      'p99.9_ttft_ms': 2000,
    };
    const document = await pageOf(textsWith([{}, {}], { summary: quantiles }));
    expect(document.body.textContent).toContain('from five quantiles: these results hold no histogram');
  });

  it('may lack values: nothing on the page is NaN or undefined', async () => {
    const page = await reportOf([
      { name: 'out', texts: textsWith([{}, { p99_ttft_ms: '', p50_ttft_ms: '' }]) },
    ]);
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it('of 1,440 windows that all differ stay below 600 kB', async () => {
    const windows = Array.from({ length: 1440 }, (_, i) => ({
      arrived: 1000 + ((i * 7919) % 997),
      attained: 1000,
      waiting: (i * 104_729) % 613,
      p50_ttft_ms: 100 + ((i * 31) % 89),
      p99_ttft_ms: 1000 + ((i * 7877) % 4001),
    }));
    expect((await reportOf([{ name: 'out', texts: textsWith(windows) }])).length).toBeLessThan(600_000);
  });

  it('that are damaged are refused with the file and what to do', async () => {
    const refused = (texts: ResultTexts) => expect(reportOf([{ name: 'out', texts }])).rejects;
    const sound = textsWith([{}, {}]);
    await refused({ ...sound, 'summary.json': '{"a":' }).toThrow(
      'out/summary.json: is damaged; run the scenario again',
    );
    await refused(textsWith([{}], { summary: { time_zone: 'Mars/Base' } })).toThrow(
      'has no start_utc, time_zone',
    );
    await refused({ ...sound, 'windows.csv': sound['windows.csv']!.slice(0, -9) }).toThrow(
      'out/windows.csv: row 2 has',
    );
    await refused(textsWith([{}, { start_seconds: 30 }])).toThrow(
      'row 2 is from 30 to 120 s and does not follow',
    );
    await refused({ ...sound, 'hourly.csv': undefined }).toThrow('out: lacks a result file');
    await refused(textsWith([])).toThrow('there is nothing to report');
  });
});

describe('a comparison', () => {
  it('puts runs side by side with the difference to the first, and says what differs in the scenarios', async () => {
    const texts = textsWith([{}, {}]);
    const dearer = textsWith([{}, {}], {
      summary: { total_usd: 150, p99_ttft_ms: 800 },
      yaml: YAML.replace('a10g', 'l4'),
    });
    const { document } = parseHTML(
      await reportOf([
        { name: 'out/a', texts },
        { name: 'out/b', texts: dearer },
      ]),
    );
    const cells = [...document.querySelectorAll('#keys tr')].map((row) =>
      [...row.querySelectorAll('th, td')].map(({ textContent }) => textContent),
    );
    expect(cells[0]).toEqual(['', 'a', 'b']);
    expect(cells).toContainEqual(['total cost', '$100', '$150 (+50 %)']);
    expect(cells).toContainEqual(['arrived', '600', '600 (=)']);
    expect(document.querySelector('#differences')?.textContent).toContain('fleet.pools.0.gpu');
    expect(document.querySelectorAll('figure')).toHaveLength(6);
  });

  it('takes eight runs, not nine', async () => {
    const runs = Array.from({ length: 9 }, (_, i) => ({ name: `out/${i}`, texts: textsWith([{}]) }));
    await expect(reportOf(runs)).rejects.toThrow('name at most 8');
    expect(await reportOf(runs.slice(1))).toContain('8 runs compared');
  });
});
