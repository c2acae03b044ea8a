// The bench measures something: its smallest configurations, on the built program, so that it cannot rot unnoticed.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { REPLICAS } from '../../bench/measure/program.ts';
import { inChild, type Effort } from '../../bench/measure/tasks.ts';
import { runNothing, runProgram } from '../../bench/measure/whole-run.ts';

const effort: Effort = { warmUpSeconds: 60, warmUpRequests: 1, warmUpMs: 1, samples: 1, sampleMs: 1 };
const scenario = { file: REPLICAS, overrides: ['fleet.pools[0].replicas=64'] };

describe('the bench', () => {
  it('measures a fleet and the generator of its requests', () => {
    const { generatorNs, ns, cellsPart, runs, steps, batch } = inChild({ kind: 'fleet', scenario, effort });
    expect(generatorNs).toHaveLength(1);
    // Which takes longer cannot be told: V8 has hardly begun to compile.
    expect(Math.min(ns[0], generatorNs[0])).toBeGreaterThan(0);
    expect(cellsPart).toBeGreaterThan(0);
    expect(cellsPart).toBeLessThan(1);
    // An arrival and a finish each begin a run, unless they fall together with others.
    expect(runs).toBeGreaterThan(1);
    expect(runs).toBeLessThan(steps);
    expect(batch).toBeGreaterThan(10);
  });

  it('measures the reference kernel', () => {
    const { referenceNs, ns } = inChild({ kind: 'reference', scenario, effort, requests: 20 });
    expect(referenceNs[0]).toBeGreaterThan(0);
    expect(ns[0]).toBeGreaterThan(0);
  });

  it('finds what a replica can finish at most', () => {
    const overrides = {
      'fleet.pools[0].replicas': 1,
      'workload.arrivals.requestsPerSecond': 16,
      duration: '1d',
    };
    const { requestsPerSecond } = inChild({
      kind: 'saturation',
      scenario: {
        file: REPLICAS,
        overrides: Object.entries(overrides).map(([key, value]) => `${key}=${value}`),
      },
    });
    expect(requestsPerSecond).toBeCloseTo(1.45, 1);
  });

  it('measures the whole program beyond an idle Node', () => {
    const args = [REPLICAS, '--quiet', '--set', 'duration=1m'];
    const run = runProgram(args);
    expect(run.requests).toBeGreaterThan(500);
    expect(run.cpuSeconds).toBeGreaterThan(runNothing().cpuSeconds);
    expect(runProgram(args).hash).toBe(run.hash);
  });

  it('ends with exit code 2 and what there is when a section is misspelt', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'bench/main.ts', '--only', 'kernle'],
      { encoding: 'utf8' },
    );
    expect(status).toBe(2);
    expect(stderr).toMatch(/^--only: there is no section "kernle"; one of kernel, /);
  });
});
