// A run's scenario with other prices: what may be changed so that its ledger can be priced again, and the UserError for
// what may not, because the run itself would have been another. A region that is named replaces price, intensity and PUE
// of the one before, as if it had been in the scenario from the start.
import { dirname } from 'node:path';
import { findKey } from '../catalog/lookup.ts';
import { regionOf, REGIONS } from '../catalog/regions.ts';
import { UserError } from '../kernel/user-error.ts';
import { loadScenario, loadScenarioData } from '../scenario/load.ts';
import { parseOverride, type Override } from '../scenario/load/overrides.ts';
import { writtenPath } from '../scenario/load/problems.ts';
import { readScenarioSource } from '../scenario/load/source.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { steeredBy } from './steered.ts';

export interface RepricedScenario {
  before: LoadedScenario;
  after: LoadedScenario;
}

/** `filePath`: scenario.resolved.yaml of a run. UserError with everything that cannot be repriced. */
export function repricedScenario(filePath: string, overrides: readonly string[]): RepricedScenario {
  const parsed = overrides.map(parseOverride);
  const changes = parsed.filter((one): one is Override => !('problem' in one));
  const problems = parsed.flatMap((one) => ('problem' in one ? [one.problem] : whyNot(one)));
  if (problems.length > 0) throw new UserError(problems);

  const before = loadScenario(filePath, []);
  const steered = steeredBy(before.scenario);
  if (steered !== undefined) {
    throw new UserError(
      `${filePath}: cannot be repriced: ${steered}; run the scenario again with the other prices`,
    );
  }
  const region = changes.findLast(({ path }) => path.at(-1) === 'region')?.value;
  // One that nobody knows is told of like every other mistake.
  const after =
    region === undefined || findKey(REGIONS, String(region)) === undefined
      ? loadScenario(filePath, overrides)
      : loadScenarioData(withoutRegion(filePath, String(region)), overrides, { folder: dirname(filePath) });
  const refusals = [...refusalsOf({ before, after })];
  if (refusals.length > 0) throw new UserError(refusals);
  return { before, after };
}

function whyNot({ path, written }: Override): string[] {
  const key = writtenPath(path);
  if (key === 'economics.offPower')
    return [`${written}: changes the energy drawn; run the scenario again with it`];
  if (path[0] === 'economics' || key === 'fleet.region') return [];
  return [
    `${written}: changes what is simulated; only economics.… can be repriced, else run the scenario again`,
  ];
}

function* refusalsOf({ before, after }: RepricedScenario): Generator<string> {
  const steered = steeredBy(after.scenario);
  if (steered !== undefined) yield `--set: cannot be repriced: ${steered}; run the scenario with it`;
  const { granularitySeconds, minimumSeconds } = after.scenario.economics.rent;
  const { rent } = before.scenario.economics;
  const isBilledElse =
    granularitySeconds !== rent.granularitySeconds || minimumSeconds !== rent.minimumSeconds;
  const comeAndGo = after.scenario.pools.some(({ autoscaling, spot }) => autoscaling ?? spot);
  if (isBilledElse && comeAndGo) {
    yield '--set economics.rent: how long each instance was on is not kept; run the scenario again with another granularity or minimum';
  }
}

/** A resolved scenario has every number written out, which would win over those of a region. */
function withoutRegion(filePath: string, name: string): unknown {
  const { data } = readScenarioSource(filePath) as { data: Resolved };
  const { electricity: _, pue, carbon, region: __, ...economics } = data.economics;
  const { intensity: ___, unit: ____, ...otherCarbon } = carbon ?? {};
  const { region: _____, ...fleet } = data.fleet;
  const isKept = regionOf(name).pue === undefined;
  return { ...data, fleet, economics: { ...economics, ...(isKept && { pue }), carbon: otherCarbon } };
}

interface Resolved {
  fleet: Record<string, unknown>;
  economics: Record<string, unknown> & { carbon?: Record<string, unknown> };
}
