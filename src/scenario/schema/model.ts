// A model described in the scenario itself, in place of the name of one of the catalog; and what a config.json that a
// scenario names is turned into, so that the resolved scenario holds all there is to know.
import type { z } from 'zod';
import { SHAPE_MAX } from '../../catalog/model-config.ts';
import { MODEL_FAMILIES, type Model } from '../../catalog/models.ts';
import { choice, derived, flag, quantity, section, text } from '../../settings/keys.ts';

const size = (description: string) => quantity('count', { min: 1, max: SHAPE_MAX, whole: true }, description);

export const modelMapping = section(
  {
    title: text('Its name in results.', 'my-7b').regex(/^[^\p{Cc}]{1,100}$/u, {
      error: () => 'must be 1–100 printable characters; rename it',
    }),
    family: choice(MODEL_FAMILIES, 'Implementation it is most like: sets the host time per layer.').default(
      'llama',
    ),
    layers: size('Layers.'),
    hidden: size('Width of the hidden vectors.'),
    heads: size('Attention heads.'),
    kvHeads: derived(size('Heads of keys and values; fewer with grouped-query attention.'), 'heads'),
    headDim: derived(size('Width of a head.'), 'hidden / heads'),
    mlpWidth: size('Inner width of the MLP, of one expert where there are several.'),
    vocabulary: size('Tokens in the vocabulary.'),
    gatedMlp: flag('The MLP has three matrices (SwiGLU), not two.').default(true),
    tiedEmbedding: flag('The output head is the embedding matrix.').default(false),
    experts: derived(
      section(
        { count: size('Experts in every layer.'), perToken: size('Experts that a token passes through.') },
        'Mixture of experts in place of every MLP.',
      ),
      'none, a dense model',
    ),
    maxModelLength: quantity(
      'tokens',
      { min: 2, max: SHAPE_MAX, whole: true },
      'Longest prompt + output that it was made for.',
    ),
  },
  'A model of one’s own. `fleetday catalog models` shows the shapes of those that come with the program.',
);

export type ModelFile = z.output<typeof modelMapping>;

/** With what follows from other keys. */
export function completeModel(file: ModelFile): ModelFile & Pick<Model, 'kvHeads' | 'headDim'> {
  const { heads, hidden, kvHeads = heads, headDim = hidden / heads } = file;
  return { ...file, kvHeads, headDim };
}

export function modelFromFile(file: ModelFile): Model {
  return { ...completeModel(file), source: 'the scenario', defaultStack: 'vllm-0.2' };
}

export function fileFromModel({ source: _source, defaultStack: _defaultStack, ...file }: Model): ModelFile {
  return file;
}
