// The kernel against the slow reference kernel of the tests, on a small fleet.
import { inChild } from '../measure/tasks.ts';
import type { Section } from '../report/figures.ts';
import { median, pairedRatio } from '../report/statistics.ts';
import { BASE, configLabel, effortOf, scenarioOf } from './bench.ts';
import type { Bench } from './bench.ts';

export function reference(bench: Bench): Section {
  // The reference has no windows: few of them here.
  const configs = [1, 4, 16].map((replicas) => ({ ...BASE, replicas, windowSeconds: 3600 }));
  const rows = configs.map((config) => {
    bench.progress(configLabel(config));
    const { referenceNs, ns } = inChild({
      kind: 'reference',
      scenario: scenarioOf(config),
      effort: effortOf(bench, config),
      requests: bench.quick ? 300 : 1000,
    });
    return {
      label: configLabel(config),
      values: {
        referenceNs: median(referenceNs),
        ns: median(ns),
        nsMin: Math.min(...ns),
        speedUp: pairedRatio(referenceNs, ns),
      },
    };
  });
  return { name: 'reference', title: 'Kernel / reference kernel (one event per step, audited)', rows };
}
