// What vLLM tells of itself under /metrics, said of a pool of simulated replicas: names and meanings as in vLLM's
// documentation (docs.vllm.ai, "Production Metrics", 2025), label model_name, and a label pool beside it. Sums over pools
// and models are then what they would be of a real fleet. The two names that vLLM has renamed (gpu_cache_usage_perc,
// time_per_output_token_seconds) stand beside the new ones, as boards use either. Left out: what is not simulated (prefix
// cache, LoRA) or not counted (tokens of a step, prompt lengths, time in queue).
import { Window } from '../../fleet/window-fields.ts';
import type { PoolTotal } from '../../run/live/pool-totals.ts';
import type { Histogram } from '../../kernel/histogram.ts';
import { histogramSamples, REQUEST_BOUNDS, TOKEN_BOUNDS, TTFT_BOUNDS } from './buckets.ts';
import type { Family, Labels } from './exposition.ts';

/** A pool, or one of its replicas. */
export interface Gauges {
  labels: Labels;
  running: number;
  waiting: number;
  kvUse: number;
}

export interface LabelledPool {
  labels: Labels;
  total: PoolTotal;
}

export function poolGauges({ labels, total: { counts, kvUse } }: LabelledPool): Gauges {
  return { labels, running: counts[Window.running], waiting: counts[Window.waiting], kvUse };
}

export function vllmFamilies(pools: readonly LabelledPool[], gauges: readonly Gauges[]): Family[] {
  const gauge = (name: string, help: string, read: (of: Gauges) => number): Family => {
    return {
      name,
      help,
      type: 'gauge',
      samples: gauges.map((of) => ({ labels: of.labels, value: read(of) })),
    };
  };
  const counter = (name: string, help: string, field: Window, more: Labels = {}): Family => ({
    name,
    help,
    type: 'counter',
    samples: pools.map(({ labels, total }) => ({
      labels: { ...labels, ...more },
      value: total.counts[field],
    })),
  });
  const histogram = (
    name: string,
    help: string,
    [bounds, read]: readonly [readonly number[], (of: PoolTotal) => Histogram],
  ): Family => ({
    name,
    help,
    type: 'histogram',
    samples: pools.flatMap(({ labels, total }) => histogramSamples(labels, read(total), bounds)),
  });
  const ttft = [TTFT_BOUNDS, ({ latencies }: PoolTotal) => latencies.ttft] as const;
  const itl = [TOKEN_BOUNDS, ({ latencies }: PoolTotal) => latencies.itl] as const;
  const tpot = [TOKEN_BOUNDS, ({ latencies }: PoolTotal) => latencies.tpot] as const;
  const e2e = [REQUEST_BOUNDS, ({ latencies }: PoolTotal) => latencies.e2e] as const;
  return [
    gauge('vllm:num_requests_running', 'Requests in batches.', ({ running }) => running),
    gauge('vllm:num_requests_waiting', 'Requests in queues.', ({ waiting }) => waiting),
    gauge('vllm:kv_cache_usage_perc', 'KV cache in use, 1 is all of it.', ({ kvUse }) => kvUse),
    gauge('vllm:gpu_cache_usage_perc', 'The same under its older name.', ({ kvUse }) => kvUse),
    counter('vllm:prompt_tokens_total', 'Tokens of prompts whose prefill ended.', Window.promptTokens),
    counter('vllm:generation_tokens_total', 'Output tokens.', Window.outputTokens),
    counter('vllm:num_preemptions_total', 'Times a request lost its KV cache.', Window.preemptions),
    counter('vllm:request_success_total', 'Requests served to the end.', Window.finished, {
      finished_reason: 'stop',
    }),
    histogram('vllm:time_to_first_token_seconds', 'Time to first token, queueing included.', ttft),
    histogram('vllm:inter_token_latency_seconds', 'Time between tokens, every gap.', itl),
    histogram('vllm:time_per_output_token_seconds', 'The same under its older name.', itl),
    histogram('vllm:request_time_per_output_token_seconds', 'Mean of a request after its first token.', tpot),
    histogram('vllm:e2e_request_latency_seconds', 'From arrival to last token.', e2e),
  ];
}
