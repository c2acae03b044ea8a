// `fleetday catalog`: what GPUs, models, stacks, nodes and regions come with the program, every figure with its source.
import type { Command } from 'commander';
import { GPUS, type Gpu } from '../../../catalog/gpus.ts';
import {
  activeBlockParameters,
  headParameters,
  kvBytesPerToken,
  MODELS,
  parameterCount,
  type Model,
} from '../../../catalog/models.ts';
import { NODES, type Node } from '../../../catalog/nodes.ts';
import { DOLLARS, REGIONS, regionUsdPerKwh, type Region } from '../../../catalog/regions.ts';
import { STACKS, type Stack } from '../../../catalog/stacks.ts';
import { UserError } from '../../../kernel/user-error.ts';

const CATALOG = { gpus: GPUS, models: MODELS, stacks: STACKS, nodes: NODES, regions: REGIONS };
type Part = keyof typeof CATALOG;
const PARTS = Object.keys(CATALOG) as Part[];

/** `figures` are short; `sources` say where they are from, and what is an estimate. */
interface Listed {
  title: string;
  figures: string[];
  sources: string[];
}

const LISTED: { [P in Part]: (entry: (typeof CATALOG)[P][string]) => Listed } = {
  gpus: listedGpu,
  models: listedModel,
  stacks: listedStack,
  nodes: listedNode,
  regions: listedRegion,
};

export function register(program: Command): void {
  program
    .command('catalog')
    .argument('[part]', `${PARTS.join(', ')}; all of them if it is left out`)
    .description(
      'list the GPUs, models, stacks, nodes and regions that come with the program, with their sources',
    )
    .option('--json', 'print JSON: every figure, in SI units')
    .action((part: string | undefined, { json }: { json?: boolean }) => {
      const parts = partsOf(part);
      process.stdout.write(json ? catalogJson(parts) : parts.map(catalogText).join('\n'));
    });
}

function partsOf(name: string | undefined): Part[] {
  if (name === undefined) return PARTS;
  const found = PARTS.find((part) => part === name);
  if (!found) throw new UserError(`catalog: there is no part "${name}"; choose one of ${PARTS.join(', ')}`);
  return [found];
}

export function catalogJson(parts: readonly Part[]): string {
  return `${JSON.stringify(Object.fromEntries(parts.map((part) => [part, CATALOG[part]])), null, 2)}\n`;
}

export function catalogText(part: Part): string {
  const listed = LISTED[part] as (entry: unknown) => Listed;
  const blocks = Object.entries(CATALOG[part]).map(([key, entry]) => {
    const { title, figures, sources } = listed(entry);
    return [
      `${key}  ${title}`,
      `  ${figures.join(', ')}`,
      ...sources.map((source) => `  ${source}`),
      '',
    ].join('\n');
  });
  return `${part.toUpperCase()}\n\n${blocks.join('\n')}`;
}

function listedGpu(gpu: Gpu): Listed {
  const peaks = Object.entries(gpu.flopPerSecondOf8Bit).map(
    ([name, flop]) => `${tera(flop)} TFLOP/s ${name}`,
  );
  return {
    title: gpu.title,
    figures: [
      `${tera(gpu.flopPerSecond)} TFLOP/s fp16`,
      ...peaks,
      `${(gpu.memoryBytes / 2 ** 30).toFixed(0)} GiB at ${(gpu.memoryBytesPerSecond / 1e9).toFixed(0)} GB/s`,
      `${gpu.idleWatts.toFixed(0)} to ${gpu.wattsMax} W`,
      gpu.link,
      ...(gpu.priceUsd === undefined ? [] : [`$${gpu.priceUsd}`]),
    ],
    sources: [
      `source: ${gpu.source}`,
      `estimates: ${gpu.estimates}`,
      ...(gpu.priceSource === undefined ? [] : [`price: ${gpu.priceSource}`]),
    ],
  };
}

function listedModel(model: Model): Listed {
  const { layers, hidden, heads, kvHeads, mlpWidth, vocabulary, experts } = model;
  const active = activeBlockParameters(model) + headParameters(model) * (model.tiedEmbedding ? 1 : 2);
  return {
    title: model.title,
    figures: [
      `${billions(parameterCount(model))} parameters${experts ? ` (${billions(active)} active)` : ''}`,
      `${layers} layers of ${hidden}`,
      `${heads} heads (${kvHeads} KV)`,
      `${experts ? `${experts.count} experts, ${experts.perToken} per token, each an MLP` : 'MLP'} of ${mlpWidth}`,
      `vocabulary ${vocabulary}`,
      `${(kvBytesPerToken(model) / 1024).toFixed(0)} KiB of KV per token in fp16`,
      `at most ${model.maxModelLength} tokens`,
      `stack ${model.defaultStack}`,
    ],
    sources: [`source: ${model.source}`],
  };
}

function listedStack(stack: Stack): Listed {
  const { gpt, bloom, llama } = stack.cpuSecondsPerLayer;
  const prompts = stack.severalPromptsFactor;
  return {
    title: stack.title,
    figures: [
      `GPU time × ${stack.gpuTimeFactor}`,
      `launches ${micro(stack.launchSecondsPerLayer)} µs + ${micro(1000 * stack.launchSecondsPerLayerAndHidden)} ns · hidden per layer`,
      `weights × ${stack.batchedWeightsFactor} from two rows on`,
      `GPU time × ${[prompts.gpt, prompts.bloom, prompts.llama].join('/')} from two prompts on (gpt/bloom/llama)`,
      `host ${[gpt, bloom, llama].map(micro).join('/')} µs per layer (gpt/bloom/llama)`,
      `${micro(stack.secondsPerSequence)} µs per sequence`,
      `${micro(stack.secondsPerContextToken)} µs per cached token`,
      `client ${micro(stack.clientDelaySeconds)} µs + ${micro(1e6 * stack.clientDelaySecondsPerParameter)} ms per 10⁹ parameters`,
      `decode attention at ${Math.round(100 * stack.decodeAttentionEfficiency)} % of the bandwidth`,
    ],
    sources: [`fitted on ${stack.fittedModels.join(', ')}`, `source: ${stack.source}`],
  };
}

function listedNode(node: Node): Listed {
  return {
    title: node.title,
    figures: [
      `${node.gpus} × ${node.gpuKeys.join(' or ')}`,
      `${node.idleWatts} W idle`,
      `${node.nameplateWatts} W nameplate`,
      `$${node.priceUsd}`,
    ],
    sources: [`source: ${node.source}`, `estimates: ${node.estimates}`],
  };
}

function listedRegion(region: Region): Listed {
  const { price, intensity, pue } = region;
  const foreign = price.currency === 'USD' ? undefined : DOLLARS[price.currency];
  return {
    title: region.title,
    figures: [
      `$${regionUsdPerKwh(region).toFixed(4)}/kWh${foreign ? ` (${price.amountPerKwh} ${price.currency})` : ''}`,
      intensity ? `${intensity.gramsPerKwh} ${intensity.unit}/kWh` : 'intensity not known',
      ...(pue ? [`PUE ${pue.pue}`] : []),
      `${Math.round(100 * region.contractedShare)} % contracted`,
      region.timeZone,
    ],
    sources: [
      `price: ${cited(price)}${foreign ? `; ${price.currency}: ${foreign.source}` : ''}`,
      ...(intensity ? [`intensity: ${cited(intensity)}`] : []),
      ...(pue ? [`PUE: ${cited(pue)}`] : []),
    ],
  };
}

function cited({ publisher, year, note }: { publisher: string; year: number; note: string }): string {
  return `${publisher}, ${year}: ${note}`;
}

function tera(value: number): string {
  return String(Number((value / 1e12).toPrecision(4)));
}

function billions(value: number): string {
  return `${(value / 1e9).toFixed(1)} billion`;
}

function micro(seconds: number): string {
  return String(Number((seconds * 1e6).toPrecision(4)));
}
