// How this run's energy compares with published estimates, factor by factor: Wh per request = GPU-seconds per request x
// watts per GPU x PUE. The estimate's factors stand beside the run's, so that their ratios multiply to the whole one.
// The estimates are of ChatGPT on A100 GPUs: for other models they are a yardstick, no more.
import { nodeOf } from '../catalog/nodes.ts';
import { meanPue } from '../economics/prices/pue.ts';
import { gpusPerReplica } from '../perf/spec.ts';
import type { RunResult } from '../run/result.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { DayFigures } from './day.ts';
import { quantity, scaled, span, usd } from './format.ts';

/**
 * Broker estimate, February 2023: 30 words an answer x 0.35 A100-seconds a word, on DGX A100 at their nameplate (NVIDIA
 * data sheet, May 2020) of 6.5 kW for 8 GPUs, without PUE. That is 2.37 Wh; its day of ChatGPT costs $47,349 at $0.08.
 */
const BROKER = { gpuSecondsPerRequest: 30 * 0.35, wattsPerGpu: 6500 / 8, pue: 1 };

export function publishedText(result: RunResult, { pools, economics }: Scenario, day: DayFigures): string[] {
  const { info, simulatedSeconds } = result;
  const brokerWh = (BROKER.gpuSecondsPerRequest * BROKER.wattsPerGpu * BROKER.pue) / 3600;
  const ratio = brokerWh / day.whPerRequest;
  const nameplateKwh = (info.nodes * meanNameplateWatts(pools) * simulatedSeconds) / 3.6e6;
  const lines = [
    'Why this differs from published estimates',
    line('', 'this run', 'estimate¹', ''),
    line(
      '  GPU-seconds per request',
      quantity(day.gpuSecondsPerRequest),
      quantity(BROKER.gpuSecondsPerRequest),
      `mean batch ${quantity(day.batchMean)}`,
    ),
    line(
      '  × watts per GPU with its host',
      quantity(day.itWattsMean / info.gpus),
      quantity(BROKER.wattsPerGpu),
      'drawn, not nameplate',
    ),
    line('  × PUE', quantity(meanPue(economics.pue, day.cost)), quantity(BROKER.pue), 'not in the estimate'),
    line(
      '  = Wh per request',
      quantity(day.whPerRequest),
      quantity(brokerWh),
      ratio >= 1 ? `${quantity(ratio)} times less` : `${quantity(1 / ratio)} times more`,
    ),
    line(
      `  this fleet for ${span(simulatedSeconds)}`,
      scaled(day.cost.facilityKwh * 1000, 'Wh'),
      scaled(nameplateKwh * 1000, 'Wh'),
      'its nodes at nameplate',
    ),
  ];
  if (day.cost.electricityUsd > 0) {
    const price = day.usdPerKwhMean;
    const energyUsd = [day.cost.facilityKwh * price, nameplateKwh * price].map(usd);
    lines.push(line(`  at $${quantity(price)}/kWh`, energyUsd[0], energyUsd[1], ''));
  }
  return [
    ...lines,
    '  ¹ Broker, February 2023: 30 words × 0.35 A100-seconds; 6.5 kW for 8 GPUs.',
    ...perQuestion(day, economics),
  ];
}

export interface PublishedQuestion {
  who: string;
  wh: number;
  /** Of the energy; undefined where none was published. */
  grams?: { value: number; what: string };
}

/**
 * Of a question, by others: for models, prompts and boundaries of their own. A. de Vries, Joule, October 2023; S. Altman,
 * June 2025; Epoch AI, February 2025; Google, "Measuring the environmental impact of delivering AI at Google scale", arXiv
 * 2508.15734, August 2025: Gemini Apps in May 2025, with host, idle machines and PUE; grams by Google's contracts, with
 * its share of making the machines.
 */
export const PUBLISHED_QUESTIONS: readonly PublishedQuestion[] = [
  { who: 'common in 2023', wh: 2.9 },
  { who: 'OpenAI, 2025', wh: 0.34 },
  { who: 'Epoch AI, 2025, GPT-4o', wh: 0.3 },
  {
    who: 'Google, 2025, median text prompt',
    wh: 0.24,
    grams: { value: 0.03, what: 'gCO2e, market-based' },
  },
];

function perQuestion(day: DayFigures, { carbon }: Scenario['economics']): string[] {
  const own = Number.isNaN(day.gramsPerRequest)
    ? ''
    : `${quantity(day.gramsPerRequest)} ${carbon.unit}, location-based`;
  const row = (who: string, wh: string, grams = '') =>
    `    ${who.padEnd(32)}${wh.padStart(6)} Wh   ${grams}`.trimEnd();
  return [
    '  A question, here and elsewhere',
    row('this run', quantity(day.whPerRequest), own),
    ...PUBLISHED_QUESTIONS.map(({ who, wh, grams }) =>
      row(who, String(wh), grams && `${grams.value} ${grams.what}`),
    ),
  ];
}

function line(label: string, run: string, estimate: string, note: string): string {
  return `${label.padEnd(32)}${run.padStart(10)}${estimate.padStart(12)}   ${note}`.trimEnd();
}

/** Over the fleet's nodes, as far as its pools fill them. */
function meanNameplateWatts(pools: Scenario['pools']): number {
  let nodes = 0;
  let watts = 0;
  for (const pool of pools) {
    const node = nodeOf(pool.node);
    const poolNodes = (pool.replicas * gpusPerReplica(pool.perf)) / node.gpus;
    nodes += poolNodes;
    watts += poolNodes * node.nameplateWatts;
  }
  return watts / nodes;
}
