import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { CARBON_FIELDS } from '../../src/report/cost/carbon-fields.ts';
import { COST_FIELDS } from '../../src/report/cost/cost-fields.ts';
import { ENERGY_FIELDS } from '../../src/report/cost/energy-fields.ts';
import { EXPLAINED_KEYS, explanationOf } from '../../src/report/explain/registry.ts';
import { explanationJson } from '../../src/report/explain/show/json.ts';
import { explanationMarkdown } from '../../src/report/explain/show/markdown.ts';
import { explanationText, explanationsText } from '../../src/report/explain/show/text.ts';
import type { Money } from '../../src/report/explain/money.ts';
import { reprice } from '../../src/report/reprice/reprice.ts';
import { moneyOf } from '../../src/report/saved-run/money.ts';
import { filesIn } from '../../src/report/saved-run/files.ts';
import { readResults } from '../../src/report/saved-run/read.ts';
import { PRICES, save, simulated, type SimulatedRun } from '../experiment/saved-runs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

/** Figures that are no number: names, instants, sources. */
const TEXTS = [
  'demand_peak_at',
  'currency',
  'conversions',
  'region',
  'pue_source',
  'usd_per_kwh_source',
  'carbon_unit',
  'grams_per_kwh_source',
];

it('every figure of energy, money and carbon is explained', () => {
  const keys = [...ENERGY_FIELDS, ...COST_FIELDS, ...CARBON_FIELDS].map(({ key }) => key);
  // How many nodes were taken back is no such figure, but decides on some.
  expect(EXPLAINED_KEYS).toEqual(['reclaims', ...keys].filter((key) => !TEXTS.includes(key)));
});

let own: SimulatedRun;
const ownDir = path.join(folder, 'own');
beforeAll(async () => {
  own = await simulated(folder, []);
  mkdirSync(ownDir);
  save(ownDir, own);
});

/** The run at other prices: simulated once, priced again, written and read back. */
async function saved(overrides: readonly string[]): Promise<Money> {
  if (overrides.length === 0) return moneyOf(filesIn(ownDir));
  const dir = mkdtempSync(path.join(folder, 'repriced-'));
  const { files } = reprice(ownDir, await readResults(ownDir), overrides);
  for (const [name, contents] of Object.entries(files()))
    writeFileSync(path.join(dir, name), contents as string);
  return moneyOf(filesIn(dir));
}

/** The arithmetic as it is printed, computed by JavaScript itself. */
function computed(arithmetic: string): number {
  const expression = arithmetic.replaceAll('×', '*').replaceAll('÷', '/').replaceAll('−', '-');
  expect(expression).toMatch(/^[\d\s.e()*/+-]+$/);
  return runInNewContext(expression) as number;
}

describe('the arithmetic of every figure comes to what summary.json says', () => {
  it.each(Object.entries(PRICES))('with %s', async (_, overrides) => {
    const money = await saved(overrides);
    let figures = 0;
    for (const key of EXPLAINED_KEYS) {
      const explanation = explanationOf(money, key);
      const written = money.summary[key];
      if (explanation === undefined) {
        expect(written, key).toBe(null);
        continue;
      }
      const { arithmetic, value, inputs } = explanationJson(explanation);
      const difference = Math.abs(computed(arithmetic) - Number(written));
      expect(difference, `${key} = ${arithmetic}`).toBeLessThanOrEqual(1e-9 * Math.abs(Number(written)));
      expect(Math.abs(Number(value) - Number(written)), key).toBeLessThanOrEqual(
        1e-9 * Math.abs(Number(written)),
      );
      for (const { source } of inputs) expect(source).toMatch(/\S/);
      figures++;
    }
    expect(figures).toBeGreaterThan(36);
  });
});

describe('an explanation', () => {
  it('names file and line, or publisher and year, of what it uses', async () => {
    const money = await saved(PRICES['a region']);
    const text = explanationText(explanationOf(money, 'location_kg')!);
    expect(text).toMatch(
      /586 gCO2\/kWh {2}scenario\.resolved\.yaml:\d+, economics\.carbon\.intensity; MEE and NBS of China, 2022/,
    );
    expect(text).toMatch(/kWh {2}ledger\.csv, facility_kwh, sum of 2 rows/);
    const price = explanationText(explanationOf(money, 'electricity_usd')!);
    expect(price).toContain('press on the Qingyang computing hub, 2026: 0.398 CNY at $0.138889');
    expect(price).toContain('ledger.csv, facility_kwh, sum of 2 rows of pool bought');
  });

  it('takes electricity price by price, negative ones too', async () => {
    const money = await saved(PRICES['a price by the clock']);
    const { inputs, arithmetic } = explanationJson(explanationOf(money, 'electricity_usd')!);
    expect(inputs.filter(({ unit }) => unit === '$/kWh').map(({ value }) => value)).toEqual([0.2, -0.05]);
    expect(arithmetic).toMatch(/^[\d.]+ × 0\.2 \+ [\d.]+ × \(-0\.05\)$/);
  });

  it('shows the first and last of many terms, and all of them in the JSON', async () => {
    const money = await saved([]);
    const explanation = explanationOf(money, 'prefill_usd')!;
    const many = { ...explanation, ...manyTerms() };
    expect(explanationText(many)).toContain(' … 24 more, in --json …');
    expect(explanationText(many)).toContain('= 1 + 2 + 3 + 4 + … 32 more … + 37 + 38 + 39 + 40\n  = $820\n');
    expect(explanationJson(many).inputs).toHaveLength(40);
    expect(explanationMarkdown(many)).toContain('= **$820**');
  });

  it('of all figures is a list with those that are nothing named in a line', async () => {
    const money = await saved([]);
    const all = EXPLAINED_KEYS.flatMap((key) => explanationOf(money, key) ?? []);
    const text = explanationsText(all, { title: 'out', summary: money.summary });
    expect(text).toMatch(/^out\n {2}\$[\d.]+ for [\d,]+ requests: \$[\d.]+ per 1,000, [\d.]+ Wh each\n/);
    expect(text).toMatch(/\nEnergy\n {2}it_kwh +[\d.]+ kWh {2}drawn by the nodes\n/);
    expect(text).toMatch(/\n {2}nothing: .*storage_usd/);
  });
});

/** 1 + 2 + … + 40. */
function manyTerms() {
  const names = Array.from({ length: 40 }, (_, i) => `n${i + 1}`);
  const inputs = names.map((name, i) => ({ name, what: name, value: i + 1, unit: '$', source: 'counted' }));
  return { formula: names.join(' + '), inputs };
}
