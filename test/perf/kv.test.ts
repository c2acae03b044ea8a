import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/kernel/user-error.ts';
import { fittingKvCapacity, KV_BLOCK_TOKENS, kvCapacity } from '../../src/perf/kv.ts';
import { physical } from './specs.ts';

describe('KV capacity', () => {
  // Tokens that fit by bytes alone, floor(bytes / bytes per token); the cache holds whole blocks of them.
  test.each([
    ['gpt3-175b', 8, 53_691, 53_680],
    ['llama2-70b', 8, 1_417_616, 1_417_616],
    ['llama2-70b', 2, 38_660, 38_656],
    ['llama2-13b', 1, 60_154, 60_144],
    ['llama2-7b', 1, 117_937, 117_936],
  ])('%s on %i GPUs holds %i tokens by bytes, %i in whole blocks', (model, tp, byBytes, inBlocks) => {
    const capacity = kvCapacity(physical(model, { tp }));
    const freeBytes = tp * (0.9 * 80 * 2 ** 30 - 2e9) - capacity.weightBytes;
    expect(Math.floor(freeBytes / capacity.kvBytesPerToken)).toBe(byBytes);
    expect(capacity.kvTokens).toBe(inBlocks);
    expect(capacity.kvTokens).toBe(byBytes - (byBytes % KV_BLOCK_TOKENS));
    expect(capacity.missingBytes).toBe(0);
  });

  test('64 sequences of 640 tokens overflow Llama-2-70B on two GPUs, 32 do not, as measured', () => {
    const { kvTokens } = kvCapacity(physical('llama2-70b', { tp: 2 }));
    expect(64 * 640).toBeGreaterThan(kvTokens);
    expect(32 * 640).toBeLessThan(kvTokens);
  });

  test('a model that does not fit says how many bytes are missing', () => {
    const spec = physical('gpt3-175b', { tp: 4 });
    // 349,127,467,008 of weights and 16 × 4,718,592 of one block, less 4 × 75,309,411,328.
    const missing = 349_127_467_008 + 75_497_472 - 301_237_645_312;
    expect(kvCapacity(spec)).toMatchObject({ kvTokens: 0, missingBytes: missing });
    expect(() => fittingKvCapacity(spec)).toThrow(UserError);
    expect(() => fittingKvCapacity(spec)).toThrow(`${missing} bytes (48.0 GB) are missing`);
  });

  test('an unsupported tensor-parallel degree names the supported ones', () => {
    expect(() => kvCapacity(physical('gpt3-175b', { tp: 3 }))).toThrow(/degree 3.*1, 2, 4, 8/);
  });
});
