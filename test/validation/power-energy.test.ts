// Power and energy of whole runs: a node at rest, in prefill and in decode against hand calculation and Splitwise's
// measured GPU power; the instance serving GPT-3, the deployed BLOOM and LLaMA-65B against published figures; then
// energy per token and per question, stack by stack and at three loads. What a published figure leaves out (host, idle
// time, PUE) is left out of ours beside it.
import { describe, expect, it } from 'vitest';
import { expectDocumented } from './documented.ts';
import { steadyState, type Serving, type Steady } from './scenario-run.ts';

/** The node beside its GPUs: 1500 W idle less eight idle GPUs of 63 W. */
const HOST_WATTS = 1500 - 8 * 63;
const CONTINUOUS = '{ policy: continuous, maxBatchedTokens: 2048, maxSequences: 256 }';

const fullNode = { tp: 8, batching: CONTINUOUS, promptTokens: 512, outputTokens: 128 };
const gpt3 = { ...fullNode, model: 'gpt3-175b', stack: 'fastertransformer' };
const chat = {
  // The questions of scenarios/chatgpt-2023.yaml, cut to what GPT-3 takes.
  promptTokens: '{ kind: lognormal, mean: 500, sigma: 0.8, max: 1500 }',
  outputTokens: '{ kind: lognormal, mean: 220, sigma: 0.8, max: 540 }',
};

describe('a node', () => {
  it('at rest draws its idle power', async () => {
    const steady = await steadyState({ ...gpt3, requestsPerSecondEach: 1e-6 });
    expect(steady.watts).toBeCloseTo(1500, 6);
    expectDocumented('node at rest', [1500, steady.watts]);
  });

  it('in prefill only draws 0.70 of its GPUs’ limit and the host', async () => {
    const prompts = { ...gpt3, promptTokens: 2000, outputTokens: 1 };
    const steady = await steadyState({ ...prompts, requestsPerSecondEach: 20, hours: 0.5 });
    const theory = HOST_WATTS + 8 * 0.7 * 400;
    expect(steady.watts / theory).toBeCloseTo(1, 9);
    expectDocumented('node in prefill', [theory, steady.watts]);
  });

  // Splitwise's measurements (Microsoft, ISCA 2024, github.com/Mutinifni/splitwise-sim, MIT): mean power of a GPU, as a
  // part of 400 W, while batches of prompts of 512 tokens are given outputs of 128.
  it.each([
    { model: 'bloom-176b', tp: 8, batch: 1, measured: 0.63492 },
    { model: 'bloom-176b', tp: 8, batch: 8, measured: 0.64287 },
    { model: 'llama2-70b', tp: 8, batch: 1, measured: 0.43493 },
    { model: 'llama2-70b', tp: 8, batch: 16, measured: 0.45842 },
    { model: 'llama2-70b', tp: 4, batch: 1, measured: 0.59931 },
    { model: 'llama2-70b', tp: 2, batch: 16, measured: 0.7943 },
  ])('with $model on $tp GPUs in batches of $batch draws what was measured', async (c) => {
    const steady = await steadyState({
      ...fullNode,
      model: c.model,
      tp: c.tp,
      stack: 'vllm-0.2',
      batching: `{ policy: static, batchSize: ${c.batch}, maxDelay: 1h }`,
      requestsPerSecondEach: 8,
      hours: 0.5,
    });
    const wattsPerGpu = (steady.watts - HOST_WATTS) / 8;
    expectDocumented(`${c.model}, tp ${c.tp}, batch ${c.batch}`, [400 * c.measured, wattsPerGpu]);
    expect(Math.abs(wattsPerGpu / (400 * c.measured) - 1)).toBeLessThan(0.18);
  });
});

describe('published figures', () => {
  it('an instance of 8 × A100 that serves GPT-3: 3.43 kW, and 2.08 GPU-seconds a request', async () => {
    // Chien et al., Reducing the Carbon Impact of Generative AI Inference (HotCarbon 2023): 0.428 kW per GPU, 1/8 of
    // 3.43 kW; 185 words × 5 inferences × 0.35 TFLOP at 156 TFLOP/s.
    const publishedGpuSeconds = (185 * 5 * 0.35) / 156;
    const publishedWh = (publishedGpuSeconds * 3430) / 8 / 3600;
    const steady = await steadyState({ ...gpt3, ...chat, requestsPerSecondEach: 8 });
    const gpuSeconds = 8 / steady.requestsPerSecond;
    expectDocumented('GPT-3 instance, power', [3430, steady.watts]);
    expectDocumented('GPT-3 instance, GPU-seconds per request', [publishedGpuSeconds, gpuSeconds]);
    expectDocumented('GPT-3 instance, energy per request', [publishedWh, steady.wattHoursPerRequest]);
    expect(steady.watts / 3430).toBeGreaterThan(0.8);
    expect(steady.watts / 3430).toBeLessThan(1);
    expect(Math.abs(gpuSeconds / publishedGpuSeconds - 1)).toBeLessThan(0.3);
    expect(Math.abs(steady.wattHoursPerRequest / publishedWh - 1)).toBeLessThan(0.3);
  });

  it('the broker’s 2.37 Wh a question is ten of ours', async () => {
    // February 2023: 30 words × 0.35 A100-seconds at an eighth of 6.5 kW.
    const published = (30 * 0.35 * 6500) / 8 / 3600;
    const steady = await steadyState({ ...gpt3, ...chat, requestsPerSecondEach: 8 });
    expectDocumented('broker, energy per question', [published, steady.wattHoursPerRequest]);
    expect(published / steady.wattHoursPerRequest).toBeGreaterThan(7);
    expect(published / steady.wattHoursPerRequest).toBeLessThan(13);
  });

  it('BLOOM as deployed, unbatched at 558 requests an hour: 3.96 Wh a request, mostly idling', async () => {
    // Luccioni, Viguier and Ligozat (JMLR 24, 2023): 16 × A100 40GB, 230,768 requests, 914 kWh. Its lengths are not
    // published; 50 + 50 tokens are assumed. Here eight GPUs of 80 GB do; a second node idles beside them.
    const published = 914_000 / 230_768;
    const steady = await steadyState({
      ...fullNode,
      model: 'bloom-176b',
      stack: 'deepspeed-bloom',
      batching: 'none',
      promptTokens: 50,
      outputTokens: 50,
      requestsPerSecondEach: 558 / 3600,
    });
    const sixteenGpus = steady.wattHoursPerRequest + 1500 / 3600 / steady.requestsPerSecond;
    expectDocumented('BLOOM deployed, energy per request', [
      published,
      steady.wattHoursPerRequest,
      sixteenGpus,
    ]);
    expect(steady.wattHoursPerRequest / published).toBeGreaterThan(0.7);
    expect(sixteenGpus / published).toBeLessThan(2);
  });

  it('LLaMA-65B: 3 to 4 J a token of the GPUs alone', async () => {
    // Samsi et al., From Words to Watts (HPEC 2023): LLaMA-65B, batch 64, outputs up to 512 tokens.
    const steady = await steadyState({
      ...fullNode,
      model: 'llama2-70b',
      stack: 'vllm-0.2',
      batching: '{ policy: continuous, maxBatchedTokens: 2048, maxSequences: 64 }',
      promptTokens: 128,
      outputTokens: 512,
      requestsPerSecondEach: 8,
    });
    const joules = (steady.watts - HOST_WATTS) / steady.outputTokensPerSecond;
    expectDocumented('LLaMA-65B, GPU energy per token', [3.5, joules]);
    expect(joules).toBeGreaterThan(1);
    expect(joules).toBeLessThan(4);
  });
});

describe('energy per token and per question', () => {
  // Requests a second that a replica can serve, as these runs show.
  const stacks: (Pick<Serving, 'model' | 'stack' | 'tp'> & { fullLoad: number })[] = [
    { model: 'gpt3-175b', stack: 'fastertransformer', tp: 8, fullLoad: 3.6 },
    { model: 'gpt3-175b', stack: 'vllm-0.2', tp: 8, fullLoad: 2.9 },
    { model: 'bloom-176b', stack: 'vllm-0.2', tp: 8, fullLoad: 3.4 },
    { model: 'bloom-176b', stack: 'deepspeed-bloom', tp: 8, fullLoad: 3.5 },
    { model: 'llama2-70b', stack: 'vllm-0.2', tp: 8, fullLoad: 7.5 },
    { model: 'llama2-70b', stack: 'lmdeploy', tp: 4, fullLoad: 7.5 },
  ];

  it.each(stacks)('$model on $stack: falls with the load', async ({ model, stack, tp, fullLoad }) => {
    const at = (requestsPerSecondEach: number) =>
      steadyState({ ...chat, model, stack, tp, batching: CONTINUOUS, requestsPerSecondEach, hours: 1 });
    const loads = [await at(fullLoad / 10), await at(fullLoad / 2), await at(2 * fullLoad)];
    const values = (steady: Steady) => [
      steady.watts,
      steady.joulesPerOutputToken,
      steady.wattHoursPerRequest,
    ];
    expectDocumented(`${model}, ${stack}`, loads.flatMap(values));
    expect(loads[2].dutyCycle).toBeGreaterThan(0.99);
    expect(Math.abs(loads[2].requestsPerSecond / fullLoad - 1)).toBeLessThan(0.15);
    expect(loads[1].joulesPerOutputToken).toBeLessThan(loads[0].joulesPerOutputToken / 2);
    expect(loads[2].joulesPerOutputToken).toBeLessThan(loads[1].joulesPerOutputToken);
  });
});
