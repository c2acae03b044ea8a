import { describe, expect, it } from 'vitest';
import { summaryJson } from '../../src/report/summary-json.ts';
import { emptyResult, loaded, result, scaledResult } from './fixture.ts';

describe('summary.json', () => {
  const summary = summaryJson(result, loaded);

  it('says which run it is of', () => {
    expect(summary).toMatchObject({
      scenario: 'two-nodes',
      scenario_hash: '0a1b2c3d',
      seed: 7,
      version: '0.1.0',
      partial: false,
      start_utc: '2023-01-30T13:00:00Z',
      time_zone: 'Europe/Berlin',
      simulated_seconds: 7200,
      drain_seconds: 40,
    });
  });

  it('names the worst window of the day, not one of the drain with its few first tokens', () => {
    const windows = [...result.windows].map((window) =>
      window.phase === 'drain' ? { ...window, ttft: { ...window.ttft, p99Seconds: 99 } } : window,
    );
    const { worst_window_p99_ttft_ms: worst } = summaryJson({ ...result, windows }, loaded);
    expect(worst).toBe(summary.worst_window_p99_ttft_ms);
    expect(worst).toBeLessThan(99_000);
  });

  it('accounts for every request that arrived', () => {
    expect(summary).toMatchObject({ arrived: 7200, completed: 7180, failed: 20, rejected_queue_full: 20 });
  });

  it('has rates of the day without the drain: 7,130 of 7,180 completions fell into its 7,200 s', () => {
    expect(summary.request_throughput).toBeCloseTo(7130 / 7200, 12);
    expect(summary.request_goodput).toBeCloseTo(7080 / 7200, 12);
    expect(summary.output_throughput).toBeCloseTo(1_436_000 / 7200, 12);
    expect(summary.total_token_throughput).toBeCloseTo((1_436_000 + 3_590_000) / 7200, 12);
  });

  it('has the latencies of all requests under the names of vllm bench serve', () => {
    expect(summary).toMatchObject({
      mean_ttft_ms: 500,
      median_ttft_ms: 400,
      p99_ttft_ms: 1600,
      'p99.9_ttft_ms': 2000,
      p99_tpot_ms: 240,
      mean_itl_ms: 68.75,
      p99_e2el_ms: 48_000,
    });
  });

  it('counts rejected requests as misses of the SLO: 7,128 of 7,200', () => {
    expect(summary.slo_attainment).toBeCloseTo(0.99, 12);
    expect(summary).toMatchObject({ slo_ttft_ms: 2000, slo_tpot_ms: 200, slo_e2el_ms: null });
  });

  it('names the busiest window and the one with the worst p99 TTFT', () => {
    expect(summary).toMatchObject({
      peak_arrival_rate: 4200 / 3600,
      peak_arrival_at: '2023-01-30T15:00:00+01:00',
      worst_window_p99_ttft_ms: 2000,
      worst_window_p99_ttft_at: '2023-01-30T15:00:00+01:00',
    });
  });

  it('averages use over the time of the day, and the batch over the time in steps', () => {
    expect(summary).toMatchObject({ duty_cycle: 0.75, kv_use_mean: 0.5, kv_use_peak: 0.75, mfu: 0.2 });
    expect(summary.mbu).toBeCloseTo(0.3, 12);
    expect(summary.batch_mean).toBeCloseTo((10 * 0.5 + 30 * 1) / 1.5, 12);
  });

  it('derives energy and cost per request and token: 10 kWh at PUE 1.2 and four node-hours', () => {
    const totalUsd = 12 * 0.08 + (4 * 199_000) / 43_800;
    const expected = {
      it_kwh: 10,
      facility_kwh: 12,
      idle_share: 0.1,
      mean_it_kw: 5,
      peak_it_kw: 6,
      drain_it_kwh: 120_000 / 3.6e6,
      wh_per_request: 12_000 / 7180,
      kwh_per_million_output_tokens: 12 / 1.44,
      gpu_seconds_per_request: (16 * 7200) / 7180,
      electricity_usd: 0.96,
      amortization_usd: (4 * 199_000) / 43_800,
      rent_usd: 0,
      total_usd: totalUsd,
      usd_per_1k_requests: totalUsd / 7.18,
      usd_per_million_output_tokens: totalUsd / 1.44,
      usd_per_million_tokens: totalUsd / (1.44 + 3.59),
    };
    for (const [key, value] of Object.entries(expected)) expect(summary[key], key).toBeCloseTo(value, 10);
  });

  it('sums up the scaling: 3.25 replica-hours in two hours, 4 changes, one of them within ten minutes of the last', () => {
    expect(summaryJson(scaledResult, loaded)).toMatchObject({
      scaling_policy: 'threshold',
      scaling_changes: 4,
      scaling_changes_up: 2,
      scaling_changes_down: 2,
      scaling_flaps: 1,
      replicas_ready_min: 1,
      replicas_ready_mean: 1.25,
      replicas_ready_max: 2,
      replica_hours: 3.25,
      replica_hours_provisioning: 0.125,
      replica_hours_loading: 0.375,
      replica_hours_ready: 2.5,
      replica_hours_draining: 0.25,
      node_hours: 4,
      capacity_refusals: 3,
      held_peak: 5,
      retried: 4,
      lost: 2,
      reproducible: true,
    });
  });

  it('weighs what replicas did by how many there were: 1 of two hours, then 1.75', () => {
    const { duty_cycle, mbu, batch_mean } = summaryJson(scaledResult, loaded);
    expect(duty_cycle).toBeCloseTo((0.5 * 1 + 1 * 1.75) / 2.75, 12);
    expect(mbu).toBeCloseTo((0.2 * 1 + 0.4 * 1.75) / 2.75, 12);
    expect(batch_mean).toBeCloseTo((10 * 0.5 + 30 * 1.75) / (0.5 + 1.75), 12);
  });

  it('leaves hours without a replica out of the means of use', () => {
    const none = { provisioning: 0, loading: 0, ready: 0, draining: 0 };
    const hours = [{ ...result.hours[0], dutyCycle: NaN, mbu: NaN, mfu: NaN }, result.hours[1]];
    const scaled = { ...scaledResult, hours, replicaHours: [none, scaledResult.replicaHours[1]] };
    expect(summaryJson(scaled, loaded)).toMatchObject({ duty_cycle: 1, mbu: 0.4, batch_mean: 30 });
  });

  it('has a fleet that does not scale ready all the time', () => {
    expect(summary).toMatchObject({
      scaling_policy: null,
      scaling_changes: 0,
      replicas_ready_min: 2,
      replicas_ready_mean: 2,
      replica_hours: 4,
      replica_hours_ready: 4,
      node_hours: 4,
      reproducible: true,
    });
  });

  it('counts questions to programs without an answer, and tells where the clock had a say', () => {
    const account = { asked: 10, late: 0, invalid: 2, dead: 0, isReproducible: true, isFailing: false };
    const late = { ...account, pool: 1, asked: 5, late: 1, isReproducible: false };
    const both = { ...scaledResult, programs: [{ ...account, pool: 0 }, late] };
    expect(summaryJson(both, loaded)).toMatchObject({
      program_questions: 15,
      program_late: 1,
      program_invalid: 4,
      program_dead: 0,
      reproducible: false,
    });
  });

  it('has null, and not zero or NaN, where there was nothing to measure', () => {
    const empty = summaryJson(emptyResult, loaded);
    expect(empty).toMatchObject({
      partial: true,
      completed: 0,
      p99_ttft_ms: null,
      slo_attainment: null,
      request_throughput: null,
      peak_arrival_at: null,
      wh_per_request: null,
    });
    expect(JSON.parse(JSON.stringify(empty))).toEqual(empty);
  });

  it('has no goodput and no attainment without an SLO', () => {
    const info = { ...result.info, slo: {} };
    const free = summaryJson({ ...result, info }, loaded);
    expect(free).toMatchObject({ request_goodput: null, slo_attainment: null });
  });

  it('does not depend on the number of threads or where the files go', () => {
    const info = { ...result.info, threads: 2, outDir: '/elsewhere' };
    expect(summaryJson({ ...result, info }, loaded)).toEqual(summary);
  });
});
