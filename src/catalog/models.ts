// Dense decoder-only transformers, 16-bit weights: the shapes from which FLOPs and bytes follow. Norms, biases and
// position embeddings (< 0.1 % of the parameters) are left out.
// Sources: GPT-3 paper, table 2.1 (2020); BLOOM paper, table 3 (2022); Llama 2 paper and released config.json (2023);
// NVIDIA FasterTransformer docs/gpt_guide.md, "Performance" (commit 07fdd2fc, 2023), for its benchmark models.
import { lookUp } from './lookup.ts';

export type ModelFamily = 'gpt' | 'bloom' | 'llama';

export interface Model {
  title: string;
  family: ModelFamily;
  layers: number;
  hidden: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  mlpWidth: number;
  vocabulary: number;
  gatedMlp: boolean;
  /** The output head is the embedding matrix, held once. */
  tiedEmbedding: boolean;
  /** Default longest prompt + output of a request, in tokens. */
  maxModelLength: number;
  /** Key of STACKS: the serving software on which this model's timings were measured. */
  defaultStack: string;
}

type Shape = Pick<Model, 'title' | 'layers' | 'hidden' | 'heads' | 'headDim' | 'vocabulary'>;

/** GPT-2's block: every head has its own keys and values, MLP of four times the width. */
function gpt(shape: Shape): Model {
  return {
    ...shape,
    family: 'gpt',
    kvHeads: shape.heads,
    mlpWidth: 4 * shape.hidden,
    gatedMlp: false,
    tiedEmbedding: true,
    maxModelLength: 2048,
    defaultStack: 'fastertransformer',
  };
}

function llama2(shape: Omit<Shape, 'headDim' | 'vocabulary'> & { kvHeads: number; mlpWidth: number }): Model {
  return {
    ...shape,
    family: 'llama',
    headDim: 128,
    vocabulary: 32_000,
    gatedMlp: true,
    tiedEmbedding: false,
    maxModelLength: 4096,
    defaultStack: 'vllm-0.2',
  };
}

// prettier-ignore
export const MODELS: Readonly<Record<string, Model>> = {
  'gpt3-175b': gpt({ title: 'GPT-3 175B', layers: 96, hidden: 12_288, heads: 96, headDim: 128, vocabulary: 50_257 }),
  'bloom-176b': {
    ...gpt({ title: 'BLOOM-176B', layers: 70, hidden: 14_336, heads: 112, headDim: 128, vocabulary: 250_880 }),
    family: 'bloom',
    defaultStack: 'vllm-0.2',
  },
  'llama2-70b': llama2({ title: 'Llama-2-70B', layers: 80, hidden: 8192, heads: 64, kvHeads: 8, mlpWidth: 28_672 }),
  'llama2-13b': llama2({ title: 'Llama-2-13B', layers: 40, hidden: 5120, heads: 40, kvHeads: 40, mlpWidth: 13_824 }),
  'llama2-7b': llama2({ title: 'Llama-2-7B', layers: 32, hidden: 4096, heads: 32, kvHeads: 32, mlpWidth: 11_008 }),
  'gpt-89b': gpt({ title: 'GPT 89B', layers: 48, hidden: 12_288, heads: 96, headDim: 128, vocabulary: 51_200 }),
  'gpt-20b': gpt({ title: 'GPT 20B', layers: 44, hidden: 6144, heads: 48, headDim: 128, vocabulary: 51_200 }),
  'gpt-6.7b': gpt({ title: 'GPT 6.7B', layers: 32, hidden: 4096, heads: 32, headDim: 128, vocabulary: 51_200 }),
};

export function modelOf(name: string): Model {
  return lookUp(MODELS, 'model', name);
}

/** Widths of a layer's queries, and of its keys (as of its values). */
export function queryWidth(model: Model): number {
  return model.heads * model.headDim;
}

export function kvWidth(model: Model): number {
  return model.kvHeads * model.headDim;
}

/** W: parameters of all layers, which every token passes through. */
export function blockParameters(model: Model): number {
  const { layers, hidden, mlpWidth } = model;
  const attention = hidden * (queryWidth(model) + 2 * kvWidth(model)) + queryWidth(model) * hidden;
  return layers * (attention + (model.gatedMlp ? 3 : 2) * mlpWidth * hidden);
}

/** V·d: parameters of the output head, which only rows that need logits pass through. */
export function headParameters(model: Model): number {
  return model.vocabulary * model.hidden;
}

export function parameterCount(model: Model): number {
  return blockParameters(model) + (model.tiedEmbedding ? 1 : 2) * headParameters(model);
}

/** Weights and cache are held in 16 bits. */
export const BYTES_PER_ELEMENT = 2;

/** KV cache of one token, over the whole tensor-parallel group. */
export function kvBytesPerToken(model: Model): number {
  return 2 * model.layers * kvWidth(model) * BYTES_PER_ELEMENT;
}
