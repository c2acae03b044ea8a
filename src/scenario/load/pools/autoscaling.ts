// What follows from other keys in `autoscaling`, its rules, and its translation.
import { coldStartEstimate, DEFAULT_WEIGHT_BYTES } from '../../../catalog/cold-starts.ts';
import type { DurationEstimate } from '../../../catalog/cold-starts.ts';
import type { AutoscalingSpec, ColdStartSpec, DurationSpec, OwnPolicySpec } from '../../../control/spec.ts';
import type { SignalNeed } from '../../../policies/scaling/policy.ts';
import { findScalingPolicy, SCALING_POLICY_NAMES } from '../../../policies/scaling/registry.ts';
import { isPolicyModule } from '../../schema/autoscaling.ts';
import { problemsOf } from '../problems.ts';
import type { Problem } from '../problems.ts';
import type { Path } from '../source.ts';

export interface DurationFile {
  mean: number;
  sd: number;
}

/** A name or a module; undefined: none is written, and no manifest. */
type PolicyFile =
  string | { command: string[]; timeout: number; interval: number; needs: SignalNeed[] } | { code: string };

export interface AutoscalingFile {
  policy?: PolicyFile;
  parameters: Record<string, unknown>;
  min: number;
  max?: number;
  initial?: number;
  signals: { scrape: number; rateWindow: number; lag: number; outages: { from: number; to: number }[] };
  stabilisation: {
    upWindow: number;
    downWindow: number;
    upPerMinute?: number | null;
    downPerMinute?: number | null;
  };
  coldStart: {
    preset: 'warm' | 'existing-node' | 'new-node';
    provision?: DurationFile;
    load?: DurationFile;
    reload?: DurationFile;
    noCapacity: number;
    retry: number;
  };
  drain: { grace: number; killed: 'retry' | 'lose' };
  emptyNode: number;
  replicaCapacity?: number;
}

/** `weightBytes`: of the model, unless nothing is known of it. */
export function completeAutoscaling(
  file: AutoscalingFile,
  replicas: number,
  weightBytes = DEFAULT_WEIGHT_BYTES,
) {
  const max = file.max ?? replicas;
  const parsed = registered(file)?.parameters.safeParse(file.parameters);
  return {
    ...file,
    // A mistake in them is reported by autoscalingProblems, for policies of one's own when they are loaded.
    parameters: parsed?.success ? (parsed.data as Record<string, unknown>) : file.parameters,
    max,
    initial: file.initial ?? Math.min(replicas, max),
    coldStart: completeColdStart(file.coldStart, weightBytes),
  };
}

export function completeColdStart(
  coldStart: AutoscalingFile['coldStart'],
  weightBytes = DEFAULT_WEIGHT_BYTES,
) {
  const estimate = coldStartEstimate(coldStart.preset, weightBytes);
  const {
    provision = written(estimate.provision),
    load = written(estimate.load),
    reload = written(estimate.reload),
  } = coldStart;
  return { ...coldStart, provision, load, reload };
}

export function coldStartSpec(file: ReturnType<typeof completeColdStart>): ColdStartSpec {
  return {
    provision: durationSpec(file.provision),
    load: durationSpec(file.load),
    reload: durationSpec(file.reload),
    noCapacityProbability: file.noCapacity,
    retrySeconds: file.retry,
  };
}

type CompleteAutoscaling = ReturnType<typeof completeAutoscaling>;

function registered({ policy }: AutoscalingFile) {
  return typeof policy === 'string' ? findScalingPolicy(policy) : undefined;
}

function policySpec(policy: PolicyFile): { policy: string; own?: OwnPolicySpec } {
  if (typeof policy === 'string') {
    return { policy, ...(isPolicyModule(policy) && { own: { kind: 'module', path: policy } }) };
  }
  if ('code' in policy) return { policy: policy.code, own: { kind: 'code' } };
  const { command, timeout, interval, needs } = policy;
  const own = {
    kind: 'program',
    command,
    timeoutSeconds: timeout,
    intervalSeconds: interval,
    needs,
  } as const;
  return { policy: command.join(' '), own };
}

export function autoscalingSpec(file: CompleteAutoscaling): AutoscalingSpec {
  const { signals, stabilisation, coldStart, drain } = file;
  return {
    ...policySpec(file.policy!),
    parameters: file.parameters,
    minReplicas: file.min,
    maxReplicas: file.max,
    initialReplicas: file.initial,
    signals: {
      scrapeSeconds: signals.scrape,
      rateWindowSeconds: signals.rateWindow,
      lagSeconds: signals.lag,
      outages: signals.outages.map(({ from, to }) => ({ fromSeconds: from, toSeconds: to })),
    },
    stabilisation: {
      upWindowSeconds: stabilisation.upWindow,
      downWindowSeconds: stabilisation.downWindow,
      upPerMinute: stabilisation.upPerMinute ?? Infinity,
      downPerMinute: stabilisation.downPerMinute ?? Infinity,
    },
    coldStart: coldStartSpec(coldStart),
    emptyNodeSeconds: file.emptyNode,
    drainGraceSeconds: drain.grace,
    killed: drain.killed,
    replicaCapacityPerSecond: file.replicaCapacity,
  };
}

/** Mistakes in the policy's parameters, and rules between keys; paths from the autoscaling mapping on. */
export function autoscalingProblems(
  file: CompleteAutoscaling,
  { replicas, cells }: { replicas: number; cells: number },
): { path: Path; message: string }[] {
  const problems: { path: Path; message: string }[] = [];
  if (file.policy === undefined) {
    const known = SCALING_POLICY_NAMES.join(', ');
    problems.push({ path: ['policy'], message: `is missing; name one (${known}) or a manifest` });
  }
  const policy = registered(file);
  const parsed = policy?.parameters.safeParse(file.parameters);
  const inParameters: Problem[] = parsed?.error ? problemsOf(parsed.error.issues) : [];
  for (const { path, message } of inParameters) problems.push({ path: ['parameters', ...path], message });
  if (policy !== undefined && parsed?.success) {
    const interval = policy.intervalSeconds(parsed.data);
    if (!Number.isInteger(interval) || interval < 1) {
      const message = `lead to a decision every ${interval} s; choose whole seconds`;
      problems.push({ path: ['parameters'], message });
    }
  }
  if (file.max > replicas)
    problems.push({ path: ['max'], message: `is more than the pool’s ${replicas} replicas; raise replicas` });
  if (file.min > file.max)
    problems.push({ path: ['min'], message: `is more than max, which is ${file.max}; lower it` });
  if (file.initial > file.max)
    problems.push({ path: ['initial'], message: `is more than max, which is ${file.max}; lower it` });
  if (cells > 1 && Math.min(file.min, file.initial) < cells) {
    const path = file.min < cells ? 'min' : 'initial';
    problems.push({
      path: [path],
      message: `leaves some of the pool’s ${cells} cells without a replica; raise it to ${cells} or use fewer cells`,
    });
  }
  for (const [i, { from, to }] of file.signals.outages.entries()) {
    if (to <= from)
      problems.push({
        path: ['signals', 'outages', i, 'to'],
        message: `is not after from (${from} s); raise it`,
      });
  }
  return problems;
}

function written({ meanSeconds, sdSeconds }: DurationEstimate): DurationFile {
  return { mean: meanSeconds, sd: sdSeconds };
}

function durationSpec({ mean, sd }: DurationFile): DurationSpec {
  return { meanSeconds: mean, sdSeconds: sd };
}
