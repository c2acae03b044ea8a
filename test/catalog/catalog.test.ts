import { describe, expect, test } from 'vitest';
import { GPUS, gpuOf } from '../../src/catalog/gpus.ts';
import {
  blockParameters,
  headParameters,
  kvBytesPerToken,
  MODELS,
  parameterCount,
} from '../../src/catalog/models.ts';
import { NODES } from '../../src/catalog/nodes.ts';
import { STACKS, stackOf } from '../../src/catalog/stacks.ts';
import { UserError } from '../../src/kernel/user-error.ts';

describe('models', () => {
  test.each([
    ['gpt3-175b', 174.6],
    ['bloom-176b', 176.2],
    ['llama2-70b', 69.0],
    ['llama2-13b', 13.0],
    ['llama2-7b', 6.7],
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

  test('every model names a stack that exists, and its key-value heads divide its heads', () => {
    for (const model of Object.values(MODELS)) {
      expect(Object.keys(STACKS)).toContain(model.defaultStack);
      expect(model.heads % model.kvHeads).toBe(0);
    }
  });
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
