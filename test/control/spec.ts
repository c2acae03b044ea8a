// How a pool scales, to be varied by tests; every time is a constant.
import type { AutoscalingSpec } from '../../src/control/spec.ts';

export function autoscaling(options: Partial<AutoscalingSpec> = {}): AutoscalingSpec {
  return {
    policy: 'test',
    parameters: null,
    minReplicas: 0,
    maxReplicas: 8,
    initialReplicas: 2,
    signals: { scrapeSeconds: 15, rateWindowSeconds: 60, lagSeconds: 0, outages: [] },
    stabilisation: {
      upWindowSeconds: 0,
      downWindowSeconds: 0,
      upPerMinute: Infinity,
      downPerMinute: Infinity,
    },
    coldStart: {
      provision: { meanSeconds: 100, sdSeconds: 0 },
      load: { meanSeconds: 50, sdSeconds: 0 },
      reload: { meanSeconds: 20, sdSeconds: 0 },
      noCapacityProbability: 0,
      retrySeconds: 60,
    },
    emptyNodeSeconds: 600,
    drainGraceSeconds: 30,
    killed: 'retry',
    ...options,
  };
}
