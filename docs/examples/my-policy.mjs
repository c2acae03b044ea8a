// A policy of one's own: so many replicas that each has `target` requests, never more than `step` more at a time.
//   autoscaling: { policy: ./my-policy.mjs, parameters: { target: 12 } }
export default {
  name: 'my-policy',
  parameters: { target: 8, step: 4 },
  intervalSeconds: 30,

  start() {
    return { decisions: 0 };
  },

  recommend({ target, step }, observation, state) {
    const next = { decisions: state.decisions + 1 };
    if (observation.metricsOutage) return { desiredReplicas: null, reason: 'no metrics', state: next };
    const requests = observation.replicas.reduce((sum, { running, waiting }) => sum + running + waiting, 0);
    const needed = Math.ceil((requests + observation.gatewayQueue) / target);
    return {
      desiredReplicas: Math.min(needed, observation.wantedReplicas + step),
      reason: `${requests} requests at ${target} per replica`,
      state: next,
    };
  },
};
