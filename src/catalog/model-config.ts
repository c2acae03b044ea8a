// A Hugging Face config.json as a Model: the names that transformers' decoder-only classes give to their shapes. An
// architecture that a Model cannot express (shared experts, compressed KV, an encoder) is refused rather than
// approximated. Left out: sliding windows (all layers attend to everything), `quantization_config` (number formats are
// the pool's), rotary scaling.
import type { Model, ModelFamily } from './models.ts';

interface Architecture {
  family: ModelFamily;
  gatedMlp: boolean;
  /** Where config.json does not say: the default of the class in transformers. */
  tiedEmbedding: boolean;
  /** Where config.json does not say the width of the MLP it is so many times hidden; undefined: it must say it. */
  mlpTimes?: number;
  /** Every head has its own keys and values where config.json does not say. */
  ownKv?: boolean;
  experts?: boolean;
}

const LLAMA: Architecture = { family: 'llama', gatedMlp: true, tiedEmbedding: false };
const GPT: Architecture = { family: 'gpt', gatedMlp: false, tiedEmbedding: true, mlpTimes: 4, ownKv: true };

/** By `model_type`. */
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  llama: { ...LLAMA, ownKv: true },
  mistral: LLAMA,
  mixtral: { ...LLAMA, experts: true },
  qwen2: LLAMA,
  qwen3: LLAMA,
  gemma: { ...LLAMA, tiedEmbedding: true },
  phi3: LLAMA,
  gpt2: GPT,
  gpt_neox: { ...GPT, tiedEmbedding: false },
  opt: { ...GPT, mlpTimes: undefined },
  bloom: { ...GPT, family: 'bloom' },
};

/** Several names of one thing, in the order in which they are looked for. */
const NAMES = {
  layers: ['num_hidden_layers', 'n_layer', 'num_layers'],
  hidden: ['hidden_size', 'n_embd', 'n_embed', 'd_model'],
  heads: ['num_attention_heads', 'n_head', 'num_heads'],
  kvHeads: ['num_key_value_heads'],
  headDim: ['head_dim'],
  mlpWidth: ['intermediate_size', 'ffn_dim', 'n_inner'],
  vocabulary: ['vocab_size'],
  maxModelLength: ['max_position_embeddings', 'n_positions', 'seq_length', 'n_ctx'],
  expertCount: ['num_local_experts'],
  expertsPerToken: ['num_experts_per_tok'],
} as const;

/** Keys of layers that a Model has no words for. */
const FOREIGN = ['n_routed_experts', 'num_experts', 'moe_num_experts', 'kv_lora_rank', 'n_shared_experts'];

/** Of any of the numbers: far beyond every model, and products stay exact. */
export const SHAPE_MAX = 10_000_000;

type Size = keyof typeof NAMES;

/** `problems`: `what is wrong; how to mend it`, all of them. */
export function modelFromConfig(config: unknown): { model: Model } | { problems: string[] } {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    return { problems: ['is not a JSON object; name the config.json of a model'] };
  }
  const values = config as Record<string, unknown>;
  const problems = FOREIGN.filter((key) => Number(values[key]) > 1).map(
    (key) => `${key} belongs to layers that are not modelled; describe the nearest model inline`,
  );
  const architecture = architectureOf(values, problems);
  const size = (name: Size, otherwise?: number) => sizeOf(values, name, { otherwise, problems });
  const hidden = size('hidden');
  const heads = size('heads');
  const kvHeads = size('kvHeads', architecture.ownKv ? heads : undefined);
  const model: Model = {
    title: titleOf(values),
    source: 'config.json',
    family: architecture.family,
    layers: size('layers'),
    hidden,
    heads,
    kvHeads,
    headDim: size('headDim', hidden / heads),
    mlpWidth: size('mlpWidth', architecture.mlpTimes && architecture.mlpTimes * hidden),
    vocabulary: size('vocabulary'),
    gatedMlp: architecture.gatedMlp,
    tiedEmbedding: tiedEmbedding(values, architecture, problems),
    ...(architecture.experts && {
      experts: { count: size('expertCount'), perToken: size('expertsPerToken') },
    }),
    maxModelLength: size('maxModelLength'),
    defaultStack: 'vllm-0.2',
  };
  if (values.word_embed_proj_dim !== undefined && values.word_embed_proj_dim !== hidden) {
    problems.push(
      'word_embed_proj_dim differs from hidden_size, which is not modelled; describe the model inline',
    );
  }
  problems.push(...shapeProblems(model).map(({ message }) => message));
  return problems.length > 0 ? { problems } : { model };
}

function architectureOf({ model_type: type }: Record<string, unknown>, problems: string[]): Architecture {
  const known = Object.keys(ARCHITECTURES).join(', ');
  if (typeof type === 'string' && Object.hasOwn(ARCHITECTURES, type)) return ARCHITECTURES[type];
  problems.push(
    type === undefined
      ? `model_type is missing; is it the config.json of a model? known: ${known}`
      : `model_type ${shortly(type)} is not supported; describe the model inline, or use one of ${known}`,
  );
  // Lenient, so that what else is wrong is found too, and only that.
  return { ...LLAMA, ownKv: true };
}

/** NaN for a problem: it has been reported. */
function sizeOf(
  values: Record<string, unknown>,
  name: Size,
  { otherwise, problems }: { otherwise: number | undefined; problems: string[] },
): number {
  const key = NAMES[name].find((one) => values[one] !== undefined && values[one] !== null);
  if (key === undefined) {
    if (otherwise !== undefined) return otherwise;
    problems.push(`${NAMES[name][0]} is missing; add it`);
    return NaN;
  }
  const value = values[key];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= SHAPE_MAX) return value;
  problems.push(`${key} is ${shortly(value)}; write a whole number from 1 to ${SHAPE_MAX}`);
  return NaN;
}

function tiedEmbedding(
  { tie_word_embeddings: tied }: Record<string, unknown>,
  architecture: Architecture,
  problems: string[],
): boolean {
  if (typeof tied === 'boolean') return tied;
  if (tied !== undefined && tied !== null) {
    problems.push(`tie_word_embeddings is ${shortly(tied)}; write true or false`);
  }
  return architecture.tiedEmbedding;
}

/** The last part of `meta-llama/Llama-2-70b-hf`. */
function titleOf({ _name_or_path: path, model_type: type }: Record<string, unknown>): string {
  const name = typeof path === 'string' ? path.split(/[\\/]/).findLast((part) => /\w/.test(part)) : undefined;
  const title = name ?? (typeof type === 'string' ? type : 'model');
  return title.replaceAll(/\p{Cc}/gu, ' ').slice(0, 100);
}

/** What in a shape cannot be; a NaN is nothing new. */
export function shapeProblems(
  shape: Pick<Model, 'heads' | 'kvHeads' | 'headDim' | 'experts'>,
): { key: 'kvHeads' | 'headDim' | 'experts'; message: string }[] {
  const { heads, kvHeads, headDim, experts } = shape;
  const problems: ReturnType<typeof shapeProblems> = [];
  if (heads % kvHeads > 0) {
    problems.push({
      key: 'kvHeads',
      message: `${heads} attention heads cannot share ${kvHeads} key-value heads evenly; give a divisor of ${heads}`,
    });
  }
  if (headDim % 1 > 0) {
    problems.push({
      key: 'headDim',
      message: `the hidden size is no multiple of the ${heads} attention heads; give the width of a head`,
    });
  }
  if (experts && experts.perToken > experts.count) {
    problems.push({
      key: 'experts',
      message: `a token cannot pass through ${experts.perToken} of ${experts.count} experts; give fewer experts per token`,
    });
  }
  return problems;
}

function shortly(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
