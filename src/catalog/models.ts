// Decoder-only transformers, dense or with a mixture of experts: the shapes from which FLOPs and bytes follow. Norms,
// biases, routers and position embeddings (< 0.1 % of the parameters) are left out; so are layers of unequal form,
// shared experts and sliding windows of attention. A user's own model is a Model too (model-config.ts).
import { BYTES_PER_ELEMENT } from './formats.ts';
import { lookUp } from './lookup.ts';

/** How the stacks' host time was measured: by implementation. Models like Llama (Mixtral, Qwen) count as it. */
export const MODEL_FAMILIES = ['gpt', 'bloom', 'llama'] as const;
export type ModelFamily = (typeof MODEL_FAMILIES)[number];

export interface Model {
  title: string;
  /** Published source and date of the shape. */
  source: string;
  family: ModelFamily;
  layers: number;
  hidden: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  /** Of one expert, where there are several. */
  mlpWidth: number;
  vocabulary: number;
  gatedMlp: boolean;
  /** The output head is the embedding matrix, held once. */
  tiedEmbedding: boolean;
  /** Mixture of experts in every layer: each token passes through `perToken` of `count` MLPs. */
  experts?: { count: number; perToken: number };
  /** Default longest prompt + output of a request, in tokens. */
  maxModelLength: number;
  /** Key of STACKS: the serving software on which this model's timings were measured. */
  defaultStack: string;
}

type Shape = Pick<Model, 'title' | 'source' | 'layers' | 'hidden' | 'heads' | 'vocabulary'>;

/** GPT-2's block: every head has its own keys and values, MLP of four times the width. */
function gpt(shape: Shape & Partial<Model>): Model {
  return {
    family: 'gpt',
    headDim: 128,
    kvHeads: shape.heads,
    mlpWidth: 4 * shape.hidden,
    gatedMlp: false,
    tiedEmbedding: true,
    maxModelLength: 2048,
    defaultStack: 'fastertransformer',
    ...shape,
  };
}

/** Llama's block; the defaults are Llama 2's. */
function llama(
  shape: Omit<Shape, 'vocabulary'> & Pick<Model, 'kvHeads' | 'mlpWidth'> & Partial<Model>,
): Model {
  return {
    family: 'llama',
    headDim: 128,
    vocabulary: 32_000,
    gatedMlp: true,
    tiedEmbedding: false,
    maxModelLength: 4096,
    defaultStack: 'vllm-0.2',
    ...shape,
  };
}

const GPT3 = 'GPT-3 paper, table 2.1 (Brown et al., May 2020)';
const BLOOM = 'BLOOM paper, table 3 (BigScience, November 2022)';
const OPT = 'OPT paper, table 1 (Zhang et al., May 2022); config.json of facebook/opt-*, 2022';
const LLAMA2 = 'Llama 2 paper (Touvron et al., July 2023); released config.json';
const LLAMA3 = 'config.json of meta-llama/Meta-Llama-3-*, April 2024; Llama 3 paper, table 3 (July 2024)';
const MIXTRAL =
  'Mixtral paper, table 1 (Jiang et al., January 2024); config.json of mistralai/Mixtral-8x7B-v0.1';
const QWEN15 = 'config.json of Qwen/Qwen1.5-72B, February 2024';
const QWEN2 = 'Qwen2 report, table 1 (Yang et al., July 2024); config.json of Qwen/Qwen2-72B-Instruct';
const NVIDIA_GPT =
  'NVIDIA FasterTransformer docs/gpt_guide.md, “Performance” (commit 07fdd2fc, 2023): a benchmark model';

const llama3 = { kvHeads: 8, vocabulary: 128_256, maxModelLength: 8192, source: LLAMA3 };
const opt = { source: OPT, vocabulary: 50_272, defaultStack: 'vllm-0.2' };
const nvidiaGpt = { source: NVIDIA_GPT, vocabulary: 51_200 };

// prettier-ignore
export const MODELS: Readonly<Record<string, Model>> = {
  'gpt3-175b': gpt({ title: 'GPT-3 175B', source: GPT3, layers: 96, hidden: 12_288, heads: 96, vocabulary: 50_257 }),
  'bloom-176b': gpt({ title: 'BLOOM-176B', source: BLOOM, family: 'bloom', layers: 70, hidden: 14_336, heads: 112, vocabulary: 250_880, defaultStack: 'vllm-0.2' }),
  'opt-66b': gpt({ ...opt, title: 'OPT-66B', layers: 64, hidden: 9216, heads: 72 }),
  'opt-30b': gpt({ ...opt, title: 'OPT-30B', layers: 48, hidden: 7168, heads: 56 }),
  'llama2-70b': llama({ title: 'Llama-2-70B', source: LLAMA2, layers: 80, hidden: 8192, heads: 64, kvHeads: 8, mlpWidth: 28_672 }),
  'llama2-13b': llama({ title: 'Llama-2-13B', source: LLAMA2, layers: 40, hidden: 5120, heads: 40, kvHeads: 40, mlpWidth: 13_824 }),
  'llama2-7b': llama({ title: 'Llama-2-7B', source: LLAMA2, layers: 32, hidden: 4096, heads: 32, kvHeads: 32, mlpWidth: 11_008 }),
  'llama3-70b': llama({ ...llama3, title: 'Llama-3-70B', layers: 80, hidden: 8192, heads: 64, mlpWidth: 28_672 }),
  'llama3-8b': llama({ ...llama3, title: 'Llama-3-8B', layers: 32, hidden: 4096, heads: 32, mlpWidth: 14_336 }),
  'mixtral-8x7b': llama({ title: 'Mixtral-8x7B', source: MIXTRAL, layers: 32, hidden: 4096, heads: 32, kvHeads: 8, mlpWidth: 14_336, experts: { count: 8, perToken: 2 }, maxModelLength: 32_768 }),
  'qwen1.5-72b': llama({ title: 'Qwen1.5-72B', source: QWEN15, layers: 80, hidden: 8192, heads: 64, kvHeads: 64, mlpWidth: 24_576, vocabulary: 152_064, maxModelLength: 32_768 }),
  'qwen2-72b': llama({ title: 'Qwen2-72B', source: QWEN2, layers: 80, hidden: 8192, heads: 64, kvHeads: 8, mlpWidth: 29_568, vocabulary: 152_064, maxModelLength: 32_768 }),
  'gpt-89b': gpt({ ...nvidiaGpt, title: 'GPT 89B', layers: 48, hidden: 12_288, heads: 96 }),
  'gpt-20b': gpt({ ...nvidiaGpt, title: 'GPT 20B', layers: 44, hidden: 6144, heads: 48 }),
  'gpt-6.7b': gpt({ ...nvidiaGpt, title: 'GPT 6.7B', layers: 32, hidden: 4096, heads: 32 }),
};

/** A catalog entry by name; a model of the user's own is itself. */
export function modelOf(model: string | Model): Model {
  return typeof model === 'string' ? lookUp(MODELS, 'model', model) : model;
}

/** As it is called in results: the catalog's key, or the title of the user's own. */
export function modelName(model: string | Model): string {
  return typeof model === 'string' ? model : model.title;
}

/** Widths of a layer's queries, and of its keys (as of its values). */
export function queryWidth(model: Model): number {
  return model.heads * model.headDim;
}

export function kvWidth(model: Model): number {
  return model.kvHeads * model.headDim;
}

/** Parameters of one layer's MLP, or of one expert. */
function mlpParameters(model: Model): number {
  return (model.gatedMlp ? 3 : 2) * model.mlpWidth * model.hidden;
}

/** W: parameters of all layers that one token passes through; of experts, those it is sent to. */
export function activeBlockParameters(model: Model): number {
  return layerParameters(model, model.experts?.perToken ?? 1);
}

/** Parameters of all layers. */
export function blockParameters(model: Model): number {
  return layerParameters(model, model.experts?.count ?? 1);
}

/** Of all layers and experts together; 0 in a dense model, whose MLPs are read in every step. */
export function expertParameters(model: Model): number {
  return model.experts ? model.layers * model.experts.count * mlpParameters(model) : 0;
}

function layerParameters(model: Model, mlps: number): number {
  const { layers, hidden } = model;
  const attention = hidden * (queryWidth(model) + 2 * kvWidth(model)) + queryWidth(model) * hidden;
  return layers * (attention + mlps * mlpParameters(model));
}

/**
 * Part of a layer's experts that `tokens` tokens touch, in expectation: 1 − (1 − k/E)^n if each token's k of E experts
 * are as good as drawn at random. Real routing is less even, so that fewer are touched.
 */
export function expertShare(model: Model, tokens: number): number {
  return model.experts ? 1 - Math.exp(tokens * expertMissLog(model)) : 1;
}

/** log(1 − k/E): the logarithm of the chance that a token passes an expert by. */
export function expertMissLog({ experts }: Model): number {
  return experts ? Math.log(1 - experts.perToken / experts.count) : 0;
}

/** V·d: parameters of the output head, which only rows that need logits pass through. */
export function headParameters(model: Model): number {
  return model.vocabulary * model.hidden;
}

/** Of the embedding and the head. */
export function embeddingParameters(model: Model): number {
  return (model.tiedEmbedding ? 1 : 2) * headParameters(model);
}

export function parameterCount(model: Model): number {
  return blockParameters(model) + embeddingParameters(model);
}

/** KV cache of one token, over all GPUs of the replica. */
export function kvBytesPerToken(model: Model, bytesPerElement = BYTES_PER_ELEMENT): number {
  return 2 * model.layers * kvWidth(model) * bytesPerElement;
}
