// config.json as published on huggingface.co for these models (only the keys that describe the shape).
import { describe, expect, test } from 'vitest';
import { modelFromConfig } from '../../src/catalog/model-config.ts';
import { MODELS, type Model } from '../../src/catalog/models.ts';

const LLAMA2_70B = {
  _name_or_path: 'meta-llama/Llama-2-70b-hf',
  architectures: ['LlamaForCausalLM'],
  hidden_size: 8192,
  intermediate_size: 28_672,
  max_position_embeddings: 4096,
  model_type: 'llama',
  num_attention_heads: 64,
  num_hidden_layers: 80,
  num_key_value_heads: 8,
  tie_word_embeddings: false,
  torch_dtype: 'float16',
  vocab_size: 32_000,
};

const PUBLISHED: Record<string, Record<string, unknown>> = {
  'llama2-70b': LLAMA2_70B,
  // The first Llamas did not say how many key-value heads they have: one per head.
  'llama2-7b': {
    hidden_size: 4096,
    intermediate_size: 11_008,
    max_position_embeddings: 4096,
    model_type: 'llama',
    num_attention_heads: 32,
    num_hidden_layers: 32,
    vocab_size: 32_000,
  },
  'llama3-8b': {
    hidden_size: 4096,
    intermediate_size: 14_336,
    max_position_embeddings: 8192,
    model_type: 'llama',
    num_attention_heads: 32,
    num_hidden_layers: 32,
    num_key_value_heads: 8,
    tie_word_embeddings: false,
    vocab_size: 128_256,
  },
  'mixtral-8x7b': {
    hidden_size: 4096,
    intermediate_size: 14_336,
    max_position_embeddings: 32_768,
    model_type: 'mixtral',
    num_attention_heads: 32,
    num_experts_per_tok: 2,
    num_hidden_layers: 32,
    num_key_value_heads: 8,
    num_local_experts: 8,
    sliding_window: null,
    tie_word_embeddings: false,
    vocab_size: 32_000,
  },
  'qwen2-72b': {
    hidden_size: 8192,
    intermediate_size: 29_568,
    max_position_embeddings: 32_768,
    model_type: 'qwen2',
    num_attention_heads: 64,
    num_hidden_layers: 80,
    num_key_value_heads: 8,
    tie_word_embeddings: false,
    vocab_size: 152_064,
  },
  'opt-66b': {
    ffn_dim: 36_864,
    hidden_size: 9216,
    max_position_embeddings: 2048,
    model_type: 'opt',
    num_attention_heads: 72,
    num_hidden_layers: 64,
    vocab_size: 50_272,
    word_embed_proj_dim: 9216,
  },
  'bloom-176b': {
    model_type: 'bloom',
    n_embed: 14_336,
    n_layer: 70,
    num_attention_heads: 112,
    seq_length: 2048,
    vocab_size: 250_880,
  },
  // GPT-2's names with GPT-3's numbers.
  'gpt3-175b': {
    model_type: 'gpt2',
    n_embd: 12_288,
    n_head: 96,
    n_inner: null,
    n_layer: 96,
    n_positions: 2048,
    vocab_size: 50_257,
  },
};

function shapeOf(model: Model): Partial<Model> {
  const { title: _, source: __, defaultStack: ___, ...shape } = model;
  return shape;
}

function problemsOf(config: unknown): string[] {
  const result = modelFromConfig(config);
  return 'problems' in result ? result.problems : [];
}

describe('config.json', () => {
  test.each(Object.keys(PUBLISHED))('of %s gives the entry of the catalog', (key) => {
    const result = modelFromConfig(PUBLISHED[key]);
    expect('model' in result && shapeOf(result.model)).toEqual(shapeOf(MODELS[key]));
  });

  test('names the model after its path, or after its type', () => {
    const titleOf = (config: unknown) => (modelFromConfig(config) as { model: Model }).model.title;
    expect(titleOf(LLAMA2_70B)).toBe('Llama-2-70b-hf');
    for (const path of ['', './', '..']) {
      expect(titleOf({ ...LLAMA2_70B, _name_or_path: path })).toBe('llama');
    }
  });

  test('may give the width of a head apart from the hidden size', () => {
    const result = modelFromConfig({ ...LLAMA2_70B, head_dim: 256 }) as { model: Model };
    expect(result.model.headDim).toBe(256);
  });

  test('says all that is missing or wrong at once, with the remedy', () => {
    expect(
      problemsOf({
        ...LLAMA2_70B,
        hidden_size: 0,
        num_hidden_layers: '80',
        vocab_size: 1e99,
        tie_word_embeddings: 1,
      }),
    ).toEqual([
      'hidden_size is 0; write a whole number from 1 to 10000000',
      'num_hidden_layers is "80"; write a whole number from 1 to 10000000',
      'vocab_size is 1e+99; write a whole number from 1 to 10000000',
      'tie_word_embeddings is 1; write true or false',
    ]);
    expect(problemsOf({ model_type: 'llama' })).toEqual([
      'hidden_size is missing; add it',
      'num_attention_heads is missing; add it',
      'num_hidden_layers is missing; add it',
      'intermediate_size is missing; add it',
      'vocab_size is missing; add it',
      'max_position_embeddings is missing; add it',
    ]);
  });

  test.each([
    ['a tokenizer', { version: '1.0' }, /model_type is missing; is it the config.json of a model\?/],
    [
      'another architecture',
      { ...LLAMA2_70B, model_type: 't5' },
      /model_type "t5" is not supported; describe/,
    ],
    [
      'shared experts',
      { ...LLAMA2_70B, n_routed_experts: 160 },
      /n_routed_experts belongs to layers that are not/,
    ],
    ['heads that do not divide', { ...LLAMA2_70B, num_key_value_heads: 7 }, /cannot share 7 key-value heads/],
    [
      'a broken width',
      { ...LLAMA2_70B, num_attention_heads: 60, num_key_value_heads: 6 },
      /no multiple of the 60/,
    ],
    [
      'more experts than there are',
      { ...PUBLISHED['mixtral-8x7b'], num_experts_per_tok: 9 },
      /through 9 of 8/,
    ],
    [
      'an embedding of another width',
      { ...PUBLISHED['opt-66b'], word_embed_proj_dim: 512 },
      /word_embed_proj_dim/,
    ],
    ['a list', [1], /is not a JSON object/],
    ['nothing', null, /is not a JSON object/],
    ['a number', 7, /is not a JSON object/],
  ])('of %s is refused', (_, config, message) => {
    expect(problemsOf(config).join('\n')).toMatch(message);
  });
});
