// How long a replica takes from its order to its first request, drawn for each; and whether there is capacity at all.
import type { RandomStream } from '../kernel/random.ts';
import type { ColdStartSpec, DurationSpec } from './spec.ts';

export interface ColdStart {
  /** How often no capacity was found; the node is tried for again each time. */
  refusals: number;
  provisionSeconds: number;
  loadSeconds: number;
}

/** Give up counting there: with a probability near 1 a replica never comes within any run. */
const REFUSALS_MAX = 100_000;

/**
 * Of a replica on a node that is on, where weights are near; on one that is on its way for another replica, from when
 * it has come; or on one that has to be had. Draws as many numbers as it needs, in a fixed order.
 */
export function drawColdStart(
  spec: ColdStartSpec,
  node: 'on' | 'coming' | 'off',
  random: RandomStream,
): ColdStart {
  if (node !== 'off') {
    const load = node === 'on' ? spec.reload : spec.load;
    return { refusals: 0, provisionSeconds: 0, loadSeconds: drawDuration(load, random) };
  }
  let refusals = 0;
  while (random.uniform() < spec.noCapacityProbability && refusals < REFUSALS_MAX) refusals++;
  const waited = refusals * spec.retrySeconds;
  const provisionSeconds = waited + drawDuration(spec.provision, random);
  return { refusals, provisionSeconds, loadSeconds: drawDuration(spec.load, random) };
}

/** Lognormal with the mean and standard deviation asked for: sigma² = ln(1 + (sd/mean)²), mu = ln(mean) - sigma²/2. */
export function drawDuration({ meanSeconds, sdSeconds }: DurationSpec, random: RandomStream): number {
  if (sdSeconds === 0 || meanSeconds === 0) return meanSeconds;
  const ratio = sdSeconds / meanSeconds;
  const variance = Math.log(1 + ratio * ratio);
  return Math.exp(Math.log(meanSeconds) - variance / 2 + Math.sqrt(variance) * standardNormal(random));
}

/** G. Box, M. Muller (1958). */
function standardNormal(random: RandomStream): number {
  const radius = Math.sqrt(-2 * Math.log(random.uniform()));
  return radius * Math.cos(2 * Math.PI * random.uniform());
}

export function meanColdStartSeconds({ provision, load }: ColdStartSpec): number {
  return provision.meanSeconds + load.meanSeconds;
}
