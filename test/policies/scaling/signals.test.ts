import { describe, expect, it } from 'vitest';
import {
  KNOWN_METRICS,
  mappedSignal,
  SIGNAL_NAMES,
  signalOf,
} from '../../../src/policies/scaling/signals.ts';
import { observe } from './llm/observation.ts';

const busy = observe({
  ready: 3,
  loading: 1,
  gatewayQueue: 7,
  replica: { waiting: 4, running: 6, kvUsage: 0.5, tokensInUse: 900, queuedPrefillTokens: 50 },
  rates: { arrivedPerSecond: 6, dutyCycle: 0.9, wattsPerReplica: 700 },
});

describe('signals of a pool', () => {
  it.each([
    ['waiting', [4, 4, 4], 12],
    ['running', [6, 6, 6], 18],
    ['in-system', [10, 10, 10], 37], // with those at the gateway
    ['kv-usage', [0.5, 0.5, 0.5], 1.5],
    ['mean-kv-usage', [0.5, 0.5, 0.5], 0.5],
    ['mean-waiting', [4, 4, 4], 4],
    ['tokens-in-use', [900, 900, 900], 2700],
    ['queued-prefill-tokens', [50, 50, 50], 150],
    ['arrived-per-second', [2, 2, 2], 6],
    ['watts', [700, 700, 700], 2100],
    ['ttft-p95', [0.02, 0.02, 0.02], 0.02],
    ['gateway-queue', null, 7],
  ] as const)('%s per ready replica is %j, in all %d', (name, perReplica, total) => {
    expect(signalOf(busy, name)).toEqual({ perReplica, total });
  });

  it('have a value or none, never another', () => {
    for (const name of SIGNAL_NAMES) {
      const { perReplica, total } = signalOf(busy, name);
      expect(perReplica === null || perReplica.length === 3).toBe(true);
      expect(total === null || Number.isFinite(total)).toBe(true);
    }
  });

  it('are none during an outage, or before the first scrape', () => {
    const none = { perReplica: null, total: null };
    const outage = observe({ outage: true });
    const unscraped = { ...busy, scrapedAtSeconds: null };
    for (const name of SIGNAL_NAMES) {
      expect(signalOf(outage, name)).toEqual(none);
      expect(signalOf(unscraped, name)).toEqual(none);
    }
  });

  it('without a ready replica are sums of nothing, and no mean', () => {
    const empty = observe({ ready: 0, gatewayQueue: 5 });
    expect(signalOf(empty, 'waiting')).toEqual({ perReplica: [], total: 0 });
    expect(signalOf(empty, 'in-system').total).toBe(5);
    expect(signalOf(empty, 'mean-waiting').total).toBe(null);
    expect(signalOf(empty, 'arrived-per-second')).toEqual({ perReplica: [], total: 5 });
  });

  it('that nobody gathered are none', () => {
    expect(signalOf(observe({ replica: { queuedPrefillTokens: null } }), 'queued-prefill-tokens').total).toBe(
      null,
    );
    expect(signalOf(observe({ rates: { ttft: null } }), 'ttft-p99').total).toBe(null);
  });
});

describe('metrics of manifests', () => {
  it('are mapped if they are known, with : or _', () => {
    for (const name of KNOWN_METRICS) expect(mappedSignal(name, {})).toBeDefined();
    expect(mappedSignal('vllm:num_requests_waiting', {})).toEqual({ signal: 'waiting', factor: 1 });
    expect(mappedSignal('vllm_num_requests_waiting', {})).toEqual({ signal: 'waiting', factor: 1 });
  });

  it('of the DCGM exporter count in percent', () => {
    expect(mappedSignal('DCGM_FI_DEV_GPU_UTIL', {})).toEqual({ signal: 'duty-cycle', factor: 100 });
  });

  it('may be called as the signal is, or as the scenario says, which comes first', () => {
    expect(mappedSignal('gateway-queue', {})?.signal).toBe('gateway-queue');
    expect(mappedSignal('queue', { queue: 'in-system' })?.signal).toBe('in-system');
    expect(mappedSignal('waiting', { waiting: 'running' })?.signal).toBe('running');
    expect(mappedSignal('queue', {})).toBeUndefined();
    expect(mappedSignal('toString', {})).toBeUndefined();
  });
});
