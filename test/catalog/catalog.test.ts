import { describe, expect, test } from 'vitest';
import { GPUS, gpuOf } from '../../src/catalog/gpus.ts';
import {
  activeBlockParameters,
  blockParameters,
  expertParameters,
  expertShare,
  headParameters,
  kvBytesPerToken,
  MODELS,
  parameterCount,
} from '../../src/catalog/models.ts';
import { defaultNode, NODES } from '../../src/catalog/nodes.ts';
import { STACKS, stackOf } from '../../src/catalog/stacks.ts';
import { UserError } from '../../src/kernel/user-error.ts';

describe('models', () => {
  test.each([
    ['gpt3-175b', 174.6],
    ['bloom-176b', 176.2],
    ['llama2-70b', 69.0],
    ['llama2-13b', 13.0],
    ['llama2-7b', 6.7],
    ['llama3-70b', 70.6],
    ['llama3-8b', 8.0],
    ['opt-66b', 65.7],
    ['opt-30b', 30.0],
    ['mixtral-8x7b', 46.7],
    ['qwen1.5-72b', 72.3],
    ['qwen2-72b', 72.7],
    // NVIDIA's name for 48 of GPT-3's 96 layers: 87.0e9 in the layers, 0.6e9 in the embedding.
    ['gpt-89b', 87.6],
    ['gpt-20b', 20.2],
    ['gpt-6.7b', 6.7],
  ])('%s has its published number of parameters', (key, billions) => {
    expect(parameterCount(MODELS[key]) / 1e9).toBeCloseTo(billions, 1);
  });

  test.each([
    ['gpt3-175b', 173.95, 0.62, 4_718_592],
    ['bloom-176b', 172.64, 3.6, 4_014_080],
    ['llama2-70b', 68.45, 0.26, 327_680],
  ])('%s: layers %f, head %f billion parameters, %i bytes of KV per token', (key, blocks, head, kvBytes) => {
    expect(blockParameters(MODELS[key]) / 1e9).toBeCloseTo(blocks, 2);
    expect(headParameters(MODELS[key]) / 1e9).toBeCloseTo(head, 2);
    expect(kvBytesPerToken(MODELS[key])).toBe(kvBytes);
  });

  test('Mixtral uses 12.9 of its 46.7 billion parameters for a token, as published', () => {
    const model = MODELS['mixtral-8x7b'];
    expect((activeBlockParameters(model) + 2 * headParameters(model)) / 1e9).toBeCloseTo(12.9, 1);
    // 32 layers of 8 experts of 3 · 4096 · 14336.
    expect(expertParameters(model)).toBe(32 * 8 * 3 * 4096 * 14_336);
    for (const key of ['gpt3-175b', 'llama2-70b']) {
      expect(activeBlockParameters(MODELS[key])).toBe(blockParameters(MODELS[key]));
      expect(expertParameters(MODELS[key])).toBe(0);
    }
  });

  test('one token touches its k experts, many touch all, two seldom the same', () => {
    const model = MODELS['mixtral-8x7b'];
    expect(8 * expertShare(model, 1)).toBeCloseTo(2, 12);
    // Of 8 experts the second token's two are new with probability 3/4 each: 2 + 1.5.
    expect(8 * expertShare(model, 2)).toBeCloseTo(3.5, 12);
    expect(expertShare(model, 256)).toBeCloseTo(1, 12);
    expect(expertShare(MODELS['llama2-7b'], 1)).toBe(1);
  });

  test.each([
    // 2 · layers · kvHeads · 128 · 2 bytes.
    ['opt-66b', 2_359_296],
    ['opt-30b', 1_376_256],
    ['llama3-8b', 131_072],
    ['mixtral-8x7b', 131_072],
    ['qwen1.5-72b', 2_621_440],
    ['qwen2-72b', 327_680],
  ])('%s: %i bytes of KV per token', (key, kvBytes) => {
    expect(kvBytesPerToken(MODELS[key])).toBe(kvBytes);
    expect(kvBytesPerToken(MODELS[key], 1)).toBe(kvBytes / 2);
  });

  test('every model names a stack that exists, and its key-value heads divide its heads', () => {
    for (const model of Object.values(MODELS)) {
      expect(Object.keys(STACKS)).toContain(model.defaultStack);
      expect(model.heads % model.kvHeads).toBe(0);
    }
  });
});

test('every entry has a source, and its figures are in order of size', () => {
  for (const entries of [GPUS, MODELS, NODES, STACKS]) {
    for (const [key, { source }] of Object.entries(entries)) expect(source, key).toMatch(/\d{4}|none/);
  }
  for (const gpu of Object.values(GPUS)) {
    expect(gpu.idleWatts).toBeLessThan(gpu.wattsMax);
    for (const flop of Object.values(gpu.flopPerSecondOf8Bit))
      expect(flop / gpu.flopPerSecond).toBeCloseTo(2, 1);
    expect(gpu.priceUsd === undefined).toBe(gpu.priceSource === undefined);
  }
  for (const [key, node] of Object.entries(NODES)) {
    for (const gpuKey of node.gpuKeys) {
      const gpu = GPUS[gpuKey];
      expect(node.idleWatts, key).toBeGreaterThan(node.gpus * gpu.idleWatts);
      // All GPUs at their limit, as the power model has it, stay below the nameplate.
      const fullWatts = node.idleWatts + node.gpus * (gpu.wattsMax - gpu.idleWatts);
      expect(fullWatts, key).toBeLessThan(node.nameplateWatts);
    }
  }
});

test('every GPU has a node that it comes in', () => {
  for (const key of Object.keys(GPUS)) expect(NODES[defaultNode(key)].gpuKeys).toContain(key);
  expect(defaultNode('a100-80gb')).toBe('dgx-a100');
});

test('every node and stack names GPUs and models that exist', () => {
  for (const node of Object.values(NODES)) {
    for (const key of node.gpuKeys) expect(Object.keys(GPUS)).toContain(key);
  }
  for (const stack of Object.values(STACKS)) {
    for (const key of stack.fittedModels) expect(Object.keys(MODELS)).toContain(key);
  }
});

test('a DGX A100 with every GPU at its limit draws 4.2 kW, well below its nameplate', () => {
  const node = NODES['dgx-a100'];
  const gpu = GPUS['a100-80gb'];
  const fullWatts = node.idleWatts + node.gpus * (gpu.wattsMax - gpu.idleWatts);
  expect(fullWatts).toBeCloseTo(4196, 0);
  expect(fullWatts).toBeLessThan(node.nameplateWatts);
});

test('names are matched without case and punctuation, and an unknown one lists what there is', () => {
  expect(gpuOf('A100 80GB')).toBe(GPUS['a100-80gb']);
  expect(() => stackOf('vllm-9')).toThrow(UserError);
  expect(() => stackOf('vllm-9')).toThrow(/unknown stack "vllm-9".*fastertransformer, vllm-0\.2/);
});
