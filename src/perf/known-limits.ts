// Where the model is known to be wrong or untested: how far its step times are measured, how far extrapolated, and
// sentences to print beside its answers. The percentages say how large the error of a decode step is likely to be;
// those of the extrapolations are judgements where no source is named, and add up as independent errors do.
import { GPUS, gpuOf } from '../catalog/gpus.ts';
import { findKey } from '../catalog/lookup.ts';
import { modelName, MODELS, modelOf, parameterCount } from '../catalog/models.ts';
import { stackKey, stackOf, type StackCalibration } from '../catalog/stacks.ts';
import { servedBy, type Served } from './served.ts';
import type { PhysicalPerfSpec } from './spec.ts';
import type { UniformBatch, UniformBatchAnswer } from './uniform-batch.ts';

export interface StepTimeError {
  kind: 'measured' | 'extrapolated';
  /** About as large is the error of a decode step: ± so many percent. */
  decodeErrorPercent: number;
  /** Why extrapolated, in a few words each; empty where measured. */
  reasons: string[];
}

/** 90th percentile over the measured rows of model, stack and GPU (docs/model.md). */
const MEASURED_PERCENT = 5;

interface Reason {
  /** For one line of a summary. */
  brief: string;
  percent: number;
  /** The same as a sentence. */
  note: string;
}

export function stepTimeError(spec: PhysicalPerfSpec): StepTimeError {
  const reasons = reasonsOf(spec);
  if (reasons.length === 0) {
    const { calibration } = stackOf(spec.stack);
    const decodeErrorPercent = calibration ? unseenPercent(calibration)! : MEASURED_PERCENT;
    return { kind: 'measured', decodeErrorPercent, reasons: [] };
  }
  const percent = Math.sqrt(reasons.reduce((sum, reason) => sum + reason.percent * reason.percent, 0));
  return {
    kind: 'extrapolated',
    decodeErrorPercent: 5 * Math.round(percent / 5),
    reasons: reasons.map(({ brief }) => brief),
  };
}

/** Of a calibration: on rows left out of it; undefined where they were too few. */
function unseenPercent({ decodeErrorPercent, totalErrorPercent }: StackCalibration): number | undefined {
  return decodeErrorPercent ?? totalErrorPercent;
}

/** What holds for this model on this stack and GPU, whatever it is asked. */
export function presetLimits(spec: PhysicalPerfSpec): string[] {
  return reasonsOf(spec).map(({ note }) => note);
}

function reasonsOf(spec: PhysicalPerfSpec): Reason[] {
  const served = servedBy(spec);
  return [
    ...stackReasons(spec),
    ...modelReasons(spec, served),
    ...gpuReasons(spec, served),
    ...formatReasons(served),
    ...planReasons(served),
  ];
}

function stackReasons({ stack }: PhysicalPerfSpec): Reason[] {
  if (typeof stack === 'string' || (stack.calibration && unseenPercent(stack.calibration) !== undefined))
    return [];
  return [
    {
      brief: 'stack not validated',
      percent: 15,
      note: `the constants of ${stack.title} were not tried on measurements left out of their fit`,
    },
  ];
}

function modelReasons(spec: PhysicalPerfSpec, { model, stack }: Served): Reason[] {
  const reasons: Reason[] = [];
  const key = typeof spec.model === 'string' ? findKey(MODELS, spec.model) : modelName(spec.model);
  const isFitted = stack.fittedModels.includes(key ?? '');
  if (isFitted && stack.calibration) return [];
  if (isFitted && stackKey(spec.stack) === 'fastertransformer' && parameterCount(model) < 50e9) {
    reasons.push({
      brief: 'small model on fastertransformer',
      percent: 15,
      note:
        'fastertransformer is less exact on small models: 90 % of the latencies measured on 6.7B and 20B are within ' +
        '12 % of the prediction, of those on 89B and 175B within 6 %',
    });
  } else if (!isFitted) {
    reasons.push({
      brief: 'model not measured on this stack',
      percent: 15,
      note:
        `${model.title} was never measured on ${stack.title}: expect a decode error of about 15 %, ` +
        `more if its size is far from ${stack.fittedModels.join(' and ') || 'those that were'}`,
    });
  }
  if (model.experts) {
    reasons.push({
      brief: 'mixture of experts',
      percent: 25,
      note:
        'a mixture of experts was never measured: tokens are spread over the experts as if at random, and kernels of ' +
        'experts reach what those of dense layers do; its decode power counts every expert in every step, which is too ' +
        `much for fewer than about ${Math.ceil((3 * model.experts.count) / model.experts.perToken)} sequences`,
    });
  }
  return reasons;
}

function gpuReasons({ gpu, tp }: PhysicalPerfSpec, { stack }: Served): Reason[] {
  const key = findKey(GPUS, gpu);
  if (key === (stack.calibration?.gpu ?? 'a100-80gb')) return [];
  if (stack.calibration) {
    const note = `${stack.title} was measured on ${stack.calibration.gpu}; ${gpu} is scaled from it by its data sheet`;
    return [{ brief: 'GPU not measured', percent: 25, note }];
  }
  const note = `every timing was measured on a100-80gb; ${gpu} is scaled from it by its data sheet`;
  if (key === 'a100-40gb') return [{ brief: 'GPU not measured', percent: 10, note }];
  const reasons = [{ brief: 'GPU not measured', percent: 25, note }];
  if (tp > 1 && gpuOf(gpu).link.startsWith('PCIe')) {
    reasons.push({
      brief: 'all-reduce over PCIe',
      percent: 20,
      note: 'all-reduces over PCIe depend on the server’s switches and were not measured',
    });
  }
  return reasons;
}

function formatReasons({ weights, compute, kvCache, stack }: Served): Reason[] {
  const reasons: Reason[] = [];
  const measured = stack.calibration ?? { weights: 'fp16', compute: 'fp16', kvCache: 'fp16' };
  const isMeasured = weights === measured.weights && compute === measured.compute;
  if (!isMeasured && weights !== 'fp16') {
    // MARLIN (Frantar et al., PPoPP 2025) comes near the bytes' 4x up to batches of 16 to 32; AWQ's first kernels in
    // vLLM (its documentation, 2023: "under-optimized") did not.
    const isPlainlyStored = weights !== 'int4';
    const how =
      compute === 'fp16'
        ? 'dequantising is taken to cost nothing'
        : `GEMMs in ${compute} are taken as efficient as in 16 bits`;
    reasons.push({
      brief: `${weights} weights`,
      percent: isPlainlyStored ? 20 : 30,
      note: `${weights} weights were not measured: ${how}; kernels differ much between stacks`,
    });
  }
  if (kvCache !== 'fp16' && kvCache !== measured.kvCache) {
    reasons.push({
      brief: `${kvCache} KV cache`,
      percent: 10,
      note: `a KV cache in ${kvCache} was not measured: attention is taken to read it at the same bytes per second`,
    });
  }
  return reasons;
}

function planReasons({ pp, speculative }: Served): Reason[] {
  const reasons: Reason[] = [];
  if (pp > 1) {
    reasons.push({
      brief: 'pipeline parallelism',
      percent: 25,
      note:
        'pipelines were not measured: the batch is split evenly over the stages, none of which waits for another; ' +
        'batches smaller than pp and lone prompts take longer than that',
    });
  }
  if (speculative) {
    reasons.push({
      brief: 'speculative decoding',
      percent: 30,
      note:
        'speculative decoding is a mean: every step yields one token and takes its part of a round, so that gaps ' +
        'between tokens do not show the rounds',
    });
  }
  return reasons;
}

/** What holds for this batch besides. */
export function batchLimits(
  spec: PhysicalPerfSpec,
  batch: UniformBatch,
  answer: UniformBatchAnswer,
): string[] {
  const model = modelOf(spec.model);
  const notes: string[] = [];
  if (answer.kvOverflow) {
    notes.push(
      `KV overflow: the batch needs ${answer.kvTokensNeeded} tokens of KV cache at its end, the replica holds ` +
        `${answer.kvTokens}; a scheduler would preempt, and the times do not show it`,
    );
  }
  const sequenceTokens = batch.promptTokens + batch.outputTokens;
  if (sequenceTokens > model.maxModelLength) {
    notes.push(
      `prompt + output is ${sequenceTokens} tokens, beyond ${model.title}'s length of ${model.maxModelLength}`,
    );
  }
  // Splitwise's rows (2024) above 2048 prompt tokens, against this model.
  if (stackKey(spec.stack) === 'vllm-0.2' && batch.batch * batch.promptTokens > 2048) {
    notes.push(
      'vLLM 0.2 stalls above 2048 prompt tokens in one step (unexplained, not modelled): ' +
        'measured prefills took up to 1.1 times the time given here at tp 2, 1.2 to 2 times at tp 4 and 8',
    );
  }
  return notes;
}
