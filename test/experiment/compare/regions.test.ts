import { describe, expect, it } from 'vitest';
import { inRegion, parseRegions, regionCosts } from '../../../src/experiment/compare/regions.ts';
import { regionsCsv, regionsJson, regionsText } from '../../../src/report/comparison/regions.ts';
import { Run } from '../../../src/run/run.ts';
import { loadScenario } from '../../../src/scenario/load.ts';

const loaded = loadScenario('scenarios/regions.yaml', ['duration=40m', 'start=2024-05-14T14:30:00']);
const result = await new Run(loaded, { threads: 0, outDir: '', version: 'test' }).execute();
const costs = (name?: string) => regionCosts(loaded.scenario, result.ledgerWindows, name);

describe('the same day in several regions', () => {
  it('is cheaper in China’s west, and greener only in its hydro grids', () => {
    const east = costs('china-east');
    for (const name of ['gansu', 'sichuan', 'guizhou']) {
      expect(costs(name).totals.electricityUsd).toBeLessThan(0.75 * east.totals.electricityUsd);
      expect(costs(name).totals.totalUsd).toBeLessThan(east.totals.totalUsd);
    }
    expect(costs('gansu').totals.locationGrams).toBeGreaterThan(east.totals.locationGrams!);
    expect(costs('sichuan').totals.locationGrams).toBeLessThan(0.5 * east.totals.locationGrams!);
    expect(costs('guizhou').totals.locationGrams).toBeLessThan(0.7 * east.totals.locationGrams!);
  });

  it('has nodes that draw and cost the same everywhere; PUE, prices and grams are in proportion', () => {
    const [oregon, california] = [costs('oregon'), costs('california')];
    expect(california.totals.itKwh).toBe(oregon.totals.itKwh);
    expect(california.totals.facilityKwh / oregon.totals.facilityKwh).toBeCloseTo(1.18 / 1.12, 9);
    expect(california.totals.amortizationUsd).toBe(oregon.totals.amortizationUsd);
    const ratio = california.totals.electricityUsd / oregon.totals.electricityUsd;
    expect(ratio).toBeCloseTo((0.1864 * 1.18) / (0.0752 * 1.12), 9);
    const grams = california.totals.locationGrams! / oregon.totals.locationGrams!;
    expect(grams).toBeCloseTo((169 * 1.18) / (79 * 1.12), 9);
  });

  it('is priced by the region’s numbers alone, by hand: Ireland', () => {
    const { itKwh } = costs().totals;
    const ireland = costs('ireland').totals;
    expect(ireland.facilityKwh).toBeCloseTo(itKwh * 1.11, 9);
    expect(ireland.electricityUsd).toBeCloseTo(itKwh * 1.11 * 0.256 * 1.08, 9);
    expect(ireland.locationGrams).toBeCloseTo(itKwh * 1.11 * 352, 6);
  });

  it('is what a simulation there comes to', async () => {
    const there = { ...loaded, scenario: inRegion(loaded.scenario, 'finland') };
    const simulated = await new Run(there, { threads: 0, outDir: '', version: 'test' }).execute();
    expect(regionCosts(loaded.scenario, simulated.ledgerWindows, 'finland')).toEqual(costs('finland'));
    expect(simulated.ledger.reduce((sum, { electricityUsd }) => sum + electricityUsd, 0)).toBeCloseTo(
      costs('finland').totals.electricityUsd,
      9,
    );
  });

  it('is shown as a table that holds every region against the first, with sources', () => {
    const regions = ['china-east', 'gansu', 'ireland'].map(costs);
    const compared = { scenario: 'regions', days: 1, own: costs(), regions, simulatedEach: undefined };
    const text = regionsText(compared);
    expect(text).toMatch(/^regions: the same day in 3 regions, simulated once, priced for each\n/);
    expect(text).toMatch(/\ngansu +0\.0553 +586\* +1\.25 /);
    expect(text).toContain('gansu against china-east: electricity 30.2 % cheaper, 4.27 % more carbon');
    expect(text).toContain('ireland against china-east: electricity 210 % dearer, 44.4 % less carbon');
    expect(text).toMatch(
      /\n {2}gansu +price {3}press on the Qingyang computing hub, 2026: .*; 0\.398 CNY\n +carbon {2}MEE and NBS of China, 2022: .*\n +PUE {5}NDRC and others, .*, 2021: /,
    );
    expect(text).toContain('1 CNY = $0.138889: 7.2 yuan a dollar');
    const rows = regionsCsv(compared).trim().split('\r\n');
    expect(rows).toHaveLength(5);
    expect(regionsJson(compared).regions.map((row: Record<string, unknown>) => row.region)).toEqual([
      'china-east',
      'gansu',
      'ireland',
    ]);
  });
});

describe('--regions', () => {
  it('takes names as people write them', () => {
    expect(parseRegions('Oregon, china east')).toEqual(['oregon', 'china-east']);
  });

  it('says everything that is wrong', () => {
    expect(() => parseRegions('texas,gansu,Gansu')).toThrow(
      /unknown region "texas"; known: oregon.*\n--regions: gansu is named twice/,
    );
    expect(() => parseRegions('')).toThrow('--regions: unknown region ""');
  });
});
