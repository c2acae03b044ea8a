// Rules that tie keys of `economics` together, and to the fleet; and the files that it names, read for what is wrong.
import { NODES } from '../../../catalog/nodes.ts';
import { UserError } from '../../../kernel/user-error.ts';
import type { Report } from '../checks.ts';
import type { CompleteFile } from '../resolve.ts';
import type { ScenarioFile } from '../../schema.ts';
import type { CompleteEconomics } from './complete.ts';
import { missingRate } from './currencies.ts';
import { filesOf, readNamed, type NamedSeries, type RunSpan } from './files.ts';

export function checkEconomics(
  file: ScenarioFile,
  { economics, fleet }: CompleteFile,
  { span, report }: { span: RunSpan | undefined; report: Report },
): void {
  checkNodes(file, { economics, fleet }, report);
  checkRegion(file, report);
  checkTariff(economics, report);
  checkPue(economics.pue, report);
  checkRent(economics.rent, fleet, report);
  if (span) checkFiles(economics, span, report);
}

function checkNodes(
  file: ScenarioFile,
  { economics, fleet }: Pick<CompleteFile, 'economics' | 'fleet'>,
  report: Report,
): void {
  const { nodePrice, salvage, capexOverhead, capital } = economics;
  const { network, rack, facility } = capital;
  const basis = nodePrice * (1 + capexOverhead + network + rack + facility);
  if (salvage > basis) {
    report(['economics', 'salvage'], `is more than a node costs (${basis} USD); lower it`, [
      ['economics', 'nodePrice'],
      ['economics', 'capexOverhead'],
      ['economics', 'capital'],
    ]);
  }
  const prices = new Set(fleet.pools.map((pool) => NODES[pool.node].priceUsd));
  if (file.economics.nodePrice === undefined && prices.size > 1) {
    report(
      ['economics', 'nodePrice'],
      'is missing while the pools’ nodes have different list prices; give one',
    );
  }
  if (capital.method === 'annuity' || capital.interest === 0) return;
  report(
    ['economics', 'capital', 'interest'],
    `has no effect with ${capital.method}; write method: annuity`,
    [['economics', 'capital', 'method']],
  );
}

function checkRegion({ fleet, economics }: ScenarioFile, report: Report): void {
  if (fleet.region === undefined || economics.region === undefined) return;
  if (fleet.region === economics.region) return;
  report(['economics', 'region'], `is not fleet.region, ${fleet.region}; keep one of them`, [
    ['fleet', 'region'],
  ]);
}

function checkTariff({ electricity }: CompleteEconomics, report: Report): void {
  if (electricity.kind !== 'time-of-use') return;
  electricity.periods.forEach(({ fromHour, toHour, days }, i) => {
    const at = (key: string) => ['economics', 'electricity', 'periods', i, key];
    if (fromHour === toHour) {
      const fix = 'for the whole day leave both out';
      report(at('toHour'), `is also fromHour, so that the period is empty; ${fix}`);
    }
    if (days === 'holidays' && electricity.holidays.length === 0) {
      report(at('days'), 'there are no holidays; list their dates in electricity.holidays', [
        ['economics', 'electricity', 'holidays'],
      ]);
    }
  });
}

function checkPue(pue: CompleteEconomics['pue'], report: Report): void {
  if (typeof pue === 'number') return;
  const at = (...keys: (string | number)[]) => ['economics', 'pue', ...keys];
  if ((pue.curve === undefined) === (pue.curves === undefined)) {
    report(at(), 'needs either curve, or curves with a temperature; give one of them');
    return;
  }
  const lists = pue.curve ? [{ keys: ['curve'], points: pue.curve }] : [];
  pue.curves?.forEach(({ points }, i) => lists.push({ keys: ['curves', i, 'points'] as string[], points }));
  for (const { keys, points } of lists) {
    const wrong = points.findIndex(({ load }, i) => i > 0 && load <= points[i - 1].load);
    if (wrong > 0) report(at(...keys, wrong, 'load'), 'is not more than the one before; sort them');
  }
  const wrong = (pue.curves ?? []).findIndex(
    ({ celsius }, i) => i > 0 && celsius <= pue.curves![i - 1].celsius,
  );
  if (wrong > 0) report(at('curves', wrong, 'celsius'), 'is not more than the one before; sort them');
  if (pue.curves && pue.temperature === undefined) {
    report(at('temperature'), 'is missing; name a file of temperatures');
  }
  if (pue.curve && pue.temperature) {
    report(at('temperature'), 'has no effect on a single curve; remove it, or write curves');
  }
}

function checkRent(rent: CompleteEconomics['rent'], fleet: CompleteFile['fleet'], report: Report): void {
  const isRented = fleet.pools.some(({ ownership }) => ownership === 'rented');
  if (rent.reserved && !isRented) {
    report(['economics', 'rent', 'reserved'], 'no pool is rented; write ownership: rented, or remove it', [
      ['fleet', 'pools'],
    ]);
  }
  if (rent.spot && (rent.spot.price === undefined) === (rent.spot.discount === undefined)) {
    report(['economics', 'rent', 'spot'], 'needs either price or discount; give one of them');
  }
}

/** What is wrong in a file is told with the file's own lines. */
function checkFiles(economics: CompleteEconomics, span: RunSpan, report: Report): void {
  const named: (NamedSeries | undefined)[] = Object.values(filesOf(economics));
  for (const series of named.filter((one) => one !== undefined)) {
    const { path, currency } = series;
    if (currency !== undefined && economics.currency?.[currency] === undefined) {
      report([...path.slice(0, -1), 'currency'], missingRate(currency), [['economics', 'currency']]);
    }
    try {
      readNamed(series, span);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      for (const problem of error.problems) report(path, problem, [], true);
    }
  }
}
