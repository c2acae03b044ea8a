// Where the model is known to be wrong or untested: sentences to print beside its answers.
import { GPUS } from '../catalog/gpus.ts';
import { findKey } from '../catalog/lookup.ts';
import { MODELS, modelOf, parameterCount } from '../catalog/models.ts';
import { STACKS, stackOf } from '../catalog/stacks.ts';
import type { PhysicalPerfSpec } from './spec.ts';
import type { UniformBatch, UniformBatchAnswer } from './uniform-batch.ts';

/** What holds for this model on this stack and GPU, whatever it is asked. */
export function presetLimits(spec: PhysicalPerfSpec): string[] {
  const model = modelOf(spec.model);
  const stack = stackOf(spec.stack);
  const notes: string[] = [];
  if (findKey(STACKS, spec.stack) === 'fastertransformer' && parameterCount(model) < 50e9) {
    notes.push(
      'fastertransformer was fitted on 89B and 175B parameters and is not valid for small models: ' +
        'its median error on 6.7B and 20B is 23 %',
    );
  } else if (!stack.fittedModels.includes(findKey(MODELS, spec.model) ?? '')) {
    notes.push(
      `${model.title} was never measured on ${stack.title}: expect a decode error of about 15 %, ` +
        `more if its size is far from ${stack.fittedModels.join(' and ')}`,
    );
  }
  if (findKey(GPUS, spec.gpu) !== 'a100-80gb') {
    notes.push(`every timing was measured on a100-80gb; ${spec.gpu} is scaled from it by its data sheet`);
  }
  return notes;
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
  if (findKey(STACKS, spec.stack) === 'vllm-0.2' && batch.batch * batch.promptTokens > 2048) {
    notes.push(
      'vLLM 0.2 stalls above 2048 prompt tokens in one step (unexplained, not modelled): ' +
        'measured prefills took 1.1 times the time given here at tp 2, 1.1 to 2.1 times at tp 4 and 8',
    );
  }
  return notes;
}
