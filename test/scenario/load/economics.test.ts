// The part `economics` of a scenario: what it becomes, and what is told of mistakes in it and in its files.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputsOf } from '../../../src/run/inputs.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { fileWith, loaded, MINIMAL, problems } from '../scenario-text.ts';

const economicsOf = (text: string, more = '') =>
  loaded(`${MINIMAL}${more}economics: ${text}\n`).scenario.economics;

const told = (text: string, more = '') => problems(`${MINIMAL}${more}economics: ${text}\n`);

/** Hours from the default start on, 30 January 2023 0 h UTC. */
function csvOf(values: readonly number[], firstHour = 0): string {
  const rows = values.map((value, i) => {
    return `${new Date(Date.UTC(2023, 0, 30, firstHour + i)).toISOString()},${value}`;
  });
  return ['time,price', ...rows].join('\n');
}

/** A scenario of two hours beside a file of that content. */
function withFile(text: string, csv: string, name = 'series.csv'): string {
  const file = fileWith(`${MINIMAL}duration: 2h\neconomics: ${text}\n`);
  writeFileSync(path.join(path.dirname(file), name), csv);
  return file;
}

describe('economics', () => {
  it('of a region are its price, intensity and unit, in dollars, and say at which rate', () => {
    const { tariff, carbon, region, conversions } = economicsOf('{ region: Sichuan }');
    expect(region).toBe('sichuan');
    // ¥0.398 at 7.2 yuan a dollar.
    expect(tariff).toMatchObject({ kind: 'flat' });
    expect('usdPerKwh' in tariff && tariff.usdPerKwh).toBeCloseTo(0.398 / 7.2, 12);
    expect(carbon).toMatchObject({ gramsPerKwh: 227, unit: 'gCO2', contractedShare: 0 });
    expect(economicsOf('{ region: Sichuan }').pue).toEqual({ kind: 'constant', pue: 1.25 });
    expect(economicsOf('{ region: Sichuan, pue: 1.1 }').pue).toEqual({ kind: 'constant', pue: 1.1 });
    expect(conversions).toEqual([{ currency: 'CNY', usd: 1 / 7.2, date: '2024' }]);
  });

  it('may name the region with the fleet as well, and keep each of its numbers from it', () => {
    const text = `${MINIMAL}fleet: { region: oregon }\neconomics: { electricity: 0.2, carbon: { intensity: 400 } }\n`;
    const { economics } = loaded(text).scenario;
    expect(economics).toMatchObject({
      region: 'oregon',
      tariff: { usdPerKwh: 0.2 },
      carbon: { gramsPerKwh: 400 },
    });
    expect(economics.conversions).toEqual([]);
    expect(problems(text.replace('electricity', 'region: gansu, electricity'))).toEqual([
      's.yaml:3:22 economics.region: is not fleet.region, oregon, got "gansu"; keep one of them',
    ]);
  });

  it('give the hours of a tariff in the zone of the region, unless it has its own', () => {
    const tariff = '{ kind: time-of-use, price: 0.1, periods: [{ price: 0.2 }] }';
    const zoneOf = (text: string) => {
      const { tariff: found } = economicsOf(text);
      return found.kind === 'time-of-use' ? found.timeZone : undefined;
    };
    expect(zoneOf(`{ electricity: ${tariff} }`)).toBe('UTC');
    expect(zoneOf(`{ region: germany, electricity: ${tariff} }`)).toBe('Europe/Berlin');
    const own = tariff.replace('price', 'timeZone: Asia/Tokyo, price');
    expect(zoneOf(`{ region: germany, electricity: ${own} }`)).toBe('Asia/Tokyo');
  });

  it('know seasons and holidays', () => {
    const { tariff } = economicsOf(
      '{ electricity: { kind: time-of-use, price: 0.1, holidays: [2023-12-25], periods: [' +
        '{ days: holidays, price: -0.01 }, { fromMonth: 11, toMonth: 2, fromHour: 17, toHour: 20, price: 0.3 }] } }',
    );
    expect(tariff).toMatchObject({
      holidays: ['2023-12-25'],
      periods: [
        { days: 'holidays', usdPerKwh: -0.01 },
        { days: 'all', months: { from: 11, to: 2 }, fromHour: 17, toHour: 20, usdPerKwh: 0.3 },
      ],
    });
    expect(tariff.kind === 'time-of-use' && 'months' in tariff.periods[0]).toBe(false);
  });

  it('take prices in other currencies by rates with a date, at any key', () => {
    const { tariff, nodePriceUsd, rent, recurring, conversions } = economicsOf(
      '{ currency: { date: 2024-06-28, EUR: 1.25 }, electricity: 160 EUR/MWh, nodePrice: 200k EUR, ' +
        'rent: 2 EUR per GPU-hour, staff: 8_000 eur/month }',
    );
    expect(tariff).toEqual({ kind: 'flat', usdPerKwh: 0.2 });
    expect(nodePriceUsd).toBe(250_000);
    expect(rent.usdPerGpuHour).toBe(2.5);
    expect(recurring.staffUsdPerMonth).toBe(10_000);
    expect(conversions).toEqual([{ currency: 'EUR', usd: 1.25, date: '2024-06-28' }]);
    expect(told('{ electricity: 0.2 EUR/kWh }')).toEqual([
      's.yaml:2:14 economics.electricity: "0.2 EUR/kWh" is in EUR, but the rate is missing; ' +
        'write economics.currency: { date: 2024-06-28, EUR: … }, the dollars for one',
    ]);
  });

  it('read a PUE curve, whose full load is that of the nodes’ nameplates', () => {
    const { pue } = economicsOf(
      '{ pue: { curve: [{ load: 20%, pue: 1.5 }, { load: 1, pue: 1.2 }] } }',
      'fleet: { pools: [{ replicas: 3 }] }\n',
    );
    expect(pue).toEqual({
      kind: 'curve',
      // Three DGX A100 of 6.5 kW.
      fullLoadWatts: 19_500,
      curves: [
        {
          points: [
            { load: 0.2, pue: 1.5 },
            { load: 1, pue: 1.2 },
          ],
        },
      ],
    });
  });

  it('make a node of eight GPUs of 2,544 kg, and of one of them an eighth', () => {
    expect(economicsOf('{}').carbon.embodiedKgPerNode).toBe(2544);
    const small =
      'fleet: { pools: [{ model: llama2-7b, gpu: a10g, node: g5.xlarge, tp: 1, replicas: 1 }] }\n';
    expect(economicsOf('{}', small).carbon.embodiedKgPerNode).toBe(318);
  });

  it('are the same when the resolved scenario is read again', () => {
    const text =
      '{ region: finland, currency: { date: 2024, EUR: 1.1 }, demandCharge: 12 EUR/kW, ' +
      'pue: { curve: [{ load: 0, pue: 1.3 }] }, rent: { reserved: { nodes: 2, price: 1.1 }, spot: { share: 0.5, discount: 60% } }, ' +
      'capital: { method: annuity, interest: 8%, network: 10% }, maintenance: 3%, offPower: 40 W }';
    const first = loaded(`${MINIMAL}fleet: { pools: [{ ownership: rented }] }\neconomics: ${text}\n`);
    const second = loaded(first.resolvedYaml);
    expect(second.scenario.economics).toEqual(first.scenario.economics);
    expect(second.resolvedYaml).toBe(first.resolvedYaml);
    expect(first.scenario.economics).toMatchObject({
      demandCharge: { usdPerKwMonth: 12 * 1.1, intervalSeconds: 900 },
      rent: {
        reserved: { nodes: 2, usdPerGpuHour: 1.1 },
        spot: { share: 0.5, usdPerGpuHour: 2.21 * (1 - 0.6) },
      },
      capital: { method: 'annuity', interestRate: 0.08, networkShare: 0.1 },
      recurring: { maintenanceShare: 0.03 },
      offWatts: 40,
    });
  });
});

describe('files of series', () => {
  it('are found beside the scenario, read in their currency and unit, and belong to the inputs of a run', async () => {
    const text =
      '{ currency: { date: 2024, EUR: 1.5 }, electricity: { kind: hourly, file: series.csv, currency: EUR, per: MWh } }';
    const file = withFile(text, csvOf([40, -20, 100]));
    const { scenario, resolvedYaml } = loadScenario(file, []);
    const { tariff } = scenario.economics;
    expect(tariff.kind === 'series' && tariff.usdPerKwh.values).toEqual([0.06, -0.03, 0.15]);
    const series = path.join(path.dirname(file), 'series.csv');
    expect((await inputsOf(scenario)).map((input) => input.path)).toEqual([series]);
    expect(loaded(resolvedYaml).scenario.economics).toEqual(scenario.economics);
  });

  it('may hold intensities, temperatures and spot prices too', async () => {
    const text =
      '{ carbon: { intensity: { file: series.csv } }, rent: { spot: { share: 1, price: { file: series.csv } } }, ' +
      'pue: { temperature: { file: series.csv }, curves: [{ celsius: 0, points: [{ load: 0, pue: 1.1 }] }, ' +
      '{ celsius: 30, points: [{ load: 0, pue: 1.4 }] }] } }';
    const { scenario } = loadScenario(withFile(text, csvOf([1, 2])), []);
    const { carbon, rent, pue } = scenario.economics;
    const values = { values: [1, 2] };
    expect(carbon.gramsPerKwh).toMatchObject(values);
    expect(rent.spot!.usdPerGpuHour).toMatchObject(values);
    expect(pue).toMatchObject({ kind: 'curve', celsius: values });
    expect(await inputsOf(scenario)).toHaveLength(1);
  });

  const fileTold = (text: string, csv: string): string[] => {
    const file = withFile(text, csv);
    try {
      loadScenario(file, []);
    } catch (error) {
      const { problems: found } = error as { problems: string[] };
      return found.map((problem) => problem.replaceAll(`${path.dirname(file)}/`, ''));
    }
    return [];
  };

  it.each([
    [
      'are missing',
      '{ electricity: { kind: hourly, file: none.csv } }',
      '',
      'none.csv: there is no such file',
    ],
    ['end before the run', HOURLY(), csvOf([1]), 'covers 2023-01-30T00:00:00Z to 2023-01-30T01:00:00Z'],
    ['begin after it has', HOURLY(), csvOf([1, 2, 3], 1), 'covers 2023-01-30T01:00:00Z'],
    [
      'hold no numbers',
      HOURLY(),
      csvOf([1, NaN]),
      'series.csv:3: the price in USD/kWh is "NaN"; write a number',
    ],
    [
      'are below 0 where they must not be',
      '{ carbon: { intensity: { file: series.csv } } }',
      csvOf([5, -1]),
      'series.csv:3:',
    ],
  ])('are told of at their key where they %s', (_, text, csv, expected) => {
    const found = fileTold(text, csv);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^s\.yaml:3:\d+ economics\./);
    expect(found[0]).toContain(expected);
  });
});

function HOURLY(): string {
  return '{ electricity: { kind: hourly, file: series.csv } }';
}

describe('mistakes between keys', () => {
  it.each([
    [
      '{ capital: { interest: 8% } }',
      'economics.capital.interest: has no effect with straight-line, got "8%"; write method: annuity',
    ],
    [
      '{ rent: { reserved: { nodes: 2, price: 1 } } }',
      'economics.rent.reserved: no pool is rented, got { nodes: 2, price: 1 }; write ownership: rented, or remove it',
    ],
    [
      '{ rent: { spot: { share: 1 } } }',
      'economics.rent.spot: needs either price or discount, got { share: 1 }; give one of them',
    ],
    [
      '{ pue: { curve: [{ load: 0.5, pue: 1.2 }, { load: 0.5, pue: 1.3 }] } }',
      'economics.pue.curve[1].load: is not more than the one before, got 0.5; sort them',
    ],
    ['{ pue: { fullLoad: 10 kW } }', 'economics.pue: needs either curve, or curves with a temperature'],
    [
      '{ electricity: { kind: time-of-use, price: 1, periods: [{ days: holidays, price: 2 }] } }',
      'economics.electricity.periods[0].days: there are no holidays',
    ],
    ['{ region: gans }', 'economics.region: unknown region, got "gans"; did you mean "gansu"?'],
    ['{ currency: { EUR: 1.1 } }', 'economics.currency.date: '],
    ['{ pue: 0.5 }', 'economics.pue: must be at least 1, got 0.5; raise it'],
    ['{ pue: .nan }', 'economics.pue: must be a finite number, got NaN'],
    ['{ demandCharge: { price: 10, interval: 5s } }', 'economics.demandCharge.interval: must be at least 60'],
    [
      '{ electricity: { kind: time-of-use, price: 1, holidays: [2023-02-30], periods: [{ price: 2 }] } }',
      'is not a date',
    ],
  ])('are told of: %s', (text, expected) => {
    const found = told(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });
});
