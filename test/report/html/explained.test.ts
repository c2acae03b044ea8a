// The appendix of a report: every link has its target, and what it shows is what `fleetday explain` prints.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { withUnit } from '../../../src/report/explain/show/number.ts';
import { abridged, explanationText } from '../../../src/report/explain/show/text.ts';
import { EXPLAINED_KEYS, explanationOf } from '../../../src/report/explain/registry.ts';
import { valueOf } from '../../../src/report/explain/explanation.ts';
import type { ResultTexts } from '../../../src/report/html/read/results.ts';
import { reportOf } from '../../../src/report/html/report.ts';
import { filesOfTexts } from '../../../src/report/saved-run/files.ts';
import { moneyOf } from '../../../src/report/saved-run/money.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { QUICK, textsOfRun } from './runs.ts';

const pageOf = async (texts: ResultTexts) => parseHTML(await reportOf([{ name: 'out', texts }])).document;

/** Every kind of cost: hourly rows, many terms, a demand charge, carbon, spot nodes. */
const RICH = {
  ...QUICK,
  name: 'rich',
  duration: '25h',
  workload: { ...QUICK.workload, arrivals: { kind: 'constant', requestsPerSecond: 0.02 } },
  fleet: {
    region: 'ireland',
    pools: [
      { name: 'own', model: 'llama2-7b', tp: 1, replicas: 2, share: 0.5 },
      {
        name: 'spot',
        model: 'llama2-7b',
        tp: 8,
        replicas: 4,
        share: 0.5,
        ownership: 'rented',
        spot: { share: 1, reclaimsPerHour: 0.2 },
      },
    ],
  },
  economics: { demandCharge: 12, staff: 1000, rent: { price: 2, spot: { discount: '60%' } } },
};

const squeezed = (text: string) => text.replace(/\s+/g, ' ').trim();
const unspaced = (text: string) => text.replace(/\s+/g, '');

describe('the figures of a report', () => {
  it('link to an entry each, and every link of the page has its target', async () => {
    const document = await pageOf(await textsOfRun(RICH));
    const links = [...document.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute('href')!);
    for (const link of links) expect(document.getElementById(link.slice(1)), link).not.toBe(null);
    const how = new Set(links.filter((link) => link.startsWith('#how-')));
    for (const key of [
      'total-with-demand-charge-usd',
      'usd-per-million-output-tokens',
      'facility-kwh',
      'electricity-usd',
      'rent-usd',
      'prefill-usd',
      'location-kg',
      'embodied-kg',
      'mean-usd-per-kwh',
    ])
      expect(how, key).toContain(`#how-${key}`);
    expect(document.querySelectorAll('#explained details[open]')).toHaveLength(0);
  });

  it('come about as fleetday explain prints it: formula, inputs with sources, arithmetic, notes', async () => {
    const texts = await textsOfRun(RICH);
    const document = await pageOf(texts);
    const money = await moneyOf(filesOfTexts('out', texts));
    const made = EXPLAINED_KEYS.flatMap((key) => explanationOf(money, key) ?? []).filter(
      (explanation) => valueOf(explanation) !== 0,
    );
    const entries = [...document.querySelectorAll('#explained details')];
    expect(entries.map((entry) => entry.querySelector('code')!.textContent)).toEqual(
      made.map(({ key }) => key),
    );
    expect(made.length).toBeGreaterThan(30);
    expect(made.map(({ key }) => key)).toContain('spot_usd');
    for (const [i, explanation] of made.entries()) {
      const printed = explanationText(explanation).split('\n').map(squeezed);
      const shown = squeezed(entries[i].textContent ?? '');
      const arithmetic = printed.filter((line) => line.startsWith('= '));
      expect(shown, explanation.key).toContain(arithmetic.join(''));
      expect(shown.startsWith(printed[0]), explanation.key).toBe(true);
      for (const note of explanation.notes) expect(shown).toContain(squeezed(note));
      for (const { what, value, unit, source } of abridged(explanation.inputs).shown) {
        const input = unspaced(`${what} ${withUnit(value, unit)} ${source}`);
        expect(unspaced(shown), explanation.key).toContain(input);
        expect(unspaced(printed.join(' ')), explanation.key).toContain(input);
      }
    }
  });

  it('make the page no more than a seventh larger', async () => {
    const page = await reportOf([{ name: 'out', texts: await textsOfRun(RICH) }]);
    const from = page.indexOf('<section id="explained"');
    const bytes = page.indexOf('</section>', from) - from;
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan((page.length - bytes) / 7);
  });

  it('go without, with the reason, where files are of two runs, of an older version, or gone', async () => {
    const texts = await textsOfRun(QUICK);
    const reasonOf = async (changed: ResultTexts) => {
      const document = await pageOf(changed);
      expect(document.querySelectorAll('a[href^="#how-"]')).toHaveLength(0);
      expect(document.querySelectorAll('#explained details')).toHaveLength(0);
      return document.getElementById('explained')!.textContent;
    };
    const other = await textsOfRun(QUICK, ['economics.electricity=0.3']);
    expect(await reasonOf({ ...texts, 'ledger.csv': other['ledger.csv'] })).toContain(
      'electricity_usd does not follow from the other files',
    );
    expect(await reasonOf({ ...texts, 'energy.csv': undefined })).toContain(
      'has no ledger.csv and energy.csv',
    );
    const file = path.join(temporaryFolder(), 'prices.csv');
    writeFileSync(file, 'time,price\n2023-01-30T00:00:00Z,0.1\n2023-01-30T01:00:00Z,0.2\n');
    const hourly = await textsOfRun(QUICK, [`economics.electricity={kind: hourly, file: ${file}}`]);
    expect((await pageOf(hourly)).querySelectorAll('#explained details').length).toBeGreaterThan(20);
    writeFileSync(file, 'gone');
    expect(await reasonOf(hourly)).toContain('prices.csv');
  });
});
