// The parts `fleet`, `routing` and `slo` of the scenario file: what serves the requests, how they are spread and what
// is promised. Keys and units are those of the file; the program's own forms are fleet/spec.ts and perf/spec.ts.
import { z } from 'zod';
import { COMPUTE_FORMATS, KV_FORMATS, WEIGHT_FORMATS } from '../../catalog/formats.ts';
import { GPUS } from '../../catalog/gpus.ts';
import { MODELS } from '../../catalog/models.ts';
import { NODES } from '../../catalog/nodes.ts';
import { STACKS } from '../../catalog/stacks.ts';
import { autoscaling } from './autoscaling.ts';
import { ROUTERS } from '../../policies/routing/registry.ts';
import type { RoutingPolicy } from '../../fleet/spec.ts';
import {
  catalogName,
  choice,
  derived,
  flag,
  kind,
  list,
  quantity,
  section,
  shorthand,
  text,
  unknownAlternative,
} from '../../settings/keys.ts';
import { region } from './economics.ts';
import { modelMapping } from './model.ts';
import { spot } from './spot.ts';
import { stackMapping } from './stack.ts';

/** A finish number holds the slot in its lowest 8 bits. */
const SEQUENCES_MAX = 256;
export const REPLICAS_MAX = 100_000;
export const CELLS_MAX = 4096;
/** A cell of so many replicas is still served from the processor's cache, and gives two threads enough to share. */
export const REPLICAS_PER_CELL = 128;
/** Of a pool that scales: in a cell of fewer, one more or less would be an uneven share of the requests. */
export const REPLICAS_PER_CELL_LEAST = 32;
const POOLS_MAX = 100;

export const DEFAULT_MODEL = 'gpt3-175b';
/** For fixed service times no model sets a limit. */
export const DEFAULT_MODEL_LENGTH_FIXED = 131_072;

const count = (rules: { min: number; max: number }, description: string) =>
  quantity('count', { ...rules, whole: true }, description);

const performance = shorthand(
  z.discriminatedUnion(
    'kind',
    [
      section(
        { kind: kind('physical', 'Step times from model, GPU, stack and tp.').default('physical') },
        'The performance model of the catalog.',
      ),
      section(
        {
          kind: kind('fixed', 'Service times as given; model and stack are not used.'),
          secondsPerRequest: quantity(
            'seconds',
            { min: 0, max: 86_400 },
            'Charged once per prompt.',
          ).prefault(0),
          secondsPerOutputToken: quantity(
            'seconds',
            { min: 0, max: 86_400 },
            'Charged per step that makes tokens.',
          ).prefault(0),
          distribution: choice(['constant', 'exponential'], 'Of the duration of every step.').default(
            'constant',
          ),
        },
        'Fixed service times, for closed-form estimates and queueing theory.',
      ),
    ],
    { error: unknownAlternative('kind') },
  ),
  { key: 'kind', bare: { enum: ['physical', 'fixed'] } },
).meta({ description: 'What says how long a step takes.' });

const padded = (policy: 'static' | 'dynamic', description: string) =>
  section(
    {
      policy: kind(policy, description),
      batchSize: count(
        { min: 1, max: SEQUENCES_MAX },
        'A batch is formed when so many requests wait …',
      ).prefault(8),
      maxDelay: quantity('seconds', { min: 0, max: 3600 }, '… or the oldest has waited so long.').prefault(
        '0.1s',
      ),
    },
    description,
  );

const batching = shorthand(
  z.discriminatedUnion(
    'policy',
    [
      section(
        {
          policy: kind('continuous', 'Requests join and leave at every step.').default('continuous'),
          maxBatchedTokens: quantity(
            'tokens',
            { min: 1, max: 1_000_000, whole: true },
            'Token budget of a step; at least maxSequences.',
          ).prefault(2048),
          maxSequences: count({ min: 1, max: SEQUENCES_MAX }, 'Sequences in a step.').prefault(256),
          longPrefillThreshold: quantity(
            'tokens',
            { min: 0, max: 1_000_000, whole: true },
            'Longest chunk of a prompt in one step; 0 = no limit of its own.',
          ).prefault(0),
          requireFullPromptFree: flag('Admit a prompt only while KV blocks for all of it are free.').default(
            true,
          ),
        },
        'Continuous batching with chunked prefill, like vLLM V1.',
      ),
      section({ policy: kind('none', 'One request at a time.') }, 'No batching.'),
      padded('static', 'A batch leaves when its longest output is done; prompts are padded.'),
      padded('dynamic', 'Like static, but a finished request leaves at once.'),
    ],
    { error: unknownAlternative('policy') },
  ),
  { key: 'policy', bare: { enum: ['continuous', 'none', 'static', 'dynamic'] } },
).meta({ description: 'How a replica puts requests into steps.' });

const anyModel = (what: string) =>
  z
    // Of two that do not fit, the mistake of the latter is told: of text, that it is no name.
    .union([modelMapping, catalogName(MODELS, 'model', 'Name of the catalog.')])
    .meta({
      description: `${what}: a name of the catalog, the path of a Hugging Face config.json (ends in .json), or a mapping.`,
    });

const speculative = section(
  {
    draftModel: anyModel('Small model that proposes tokens, on the same GPUs in 16 bits'),
    tokens: count({ min: 1, max: 16 }, 'Tokens proposed in a round, k.').prefault(4),
    acceptance: quantity(
      'share',
      { min: 0, max: 1 },
      'Probability a that a proposed token is accepted: a round yields (1 − a^(k+1))/(1 − a) tokens.',
    ),
  },
  'Speculative decoding, in the mean. Extrapolated.',
);

const anyStack = z
  // As with models: of text it is told that it is no name.
  .union([stackMapping, catalogName(STACKS, 'stack', 'Name of a preset.')])
  .meta({
    description:
      'Serving software: a preset, whose overheads were measured, the path of a stack file (ends in .yaml; `fleetday calibrate` writes one), or a mapping.',
  });

export const pool = section(
  {
    name: derived(
      text('Name of the pool in results.', 'main').regex(/^[a-z0-9-]{1,40}$/, {
        error: () => 'must be 1–40 of a–z, 0–9 and "-"; rename it',
      }),
      'pool-1, pool-2, …',
    ),
    model: derived(anyModel('Model that is served'), `${DEFAULT_MODEL}; none with fixed performance`),
    gpu: catalogName(GPUS, 'GPU', 'GPU of its nodes.').prefault('a100-80gb'),
    node: derived(
      catalogName(NODES, 'node', 'Server that holds the GPUs: their number, idle power, price.'),
      'the first of the catalog that is sold with the GPU: dgx-a100 for a100-80gb',
    ),
    stack: derived(anyStack, 'the stack on which the model was measured; none with fixed performance'),
    tp: count(
      { min: 1, max: 8 },
      'GPUs that share every layer (tensor-parallel degree): 1, 2, 4 or 8.',
    ).prefault(8),
    pp: derived(
      count(
        { min: 1, max: 8 },
        'Pipeline stages of tp GPUs each, 1, 2, 4 or 8: a replica has tp × pp GPUs. Extrapolated.',
      ),
      '1; none with fixed performance',
    ),
    weights: derived(
      choice(
        WEIGHT_FORMATS,
        'Format in which weights are stored (fp16: bfloat16 too). All but fp16 are extrapolated.',
      ),
      'fp16; none with fixed performance',
    ),
    compute: derived(
      choice(
        COMPUTE_FORMATS,
        'Format in which they are multiplied: that of the weights (w8a8) where the GPU has it (int8 on every GPU of the catalog, fp8 not on Ampere), or fp16 after dequantising.',
      ),
      'fp8 for fp8 weights on a GPU that has it, else fp16; none with fixed performance',
    ),
    kvCache: derived(choice(KV_FORMATS, 'Format of the KV cache.'), 'fp16; none with fixed performance'),
    speculative: derived(speculative, 'none'),
    performance: performance.prefault({}),
    replicas: count({ min: 1, max: REPLICAS_MAX }, 'Copies of the model.').prefault(1),
    cells: z
      .union([z.literal('auto'), count({ min: 1, max: CELLS_MAX }, '')], {
        error: () => `must be auto or a whole number from 1 to ${CELLS_MAX}; write one of them`,
      })
      .prefault('auto')
      .meta({
        description: `Independent parts of the pool; routing balances within one only. auto: one per ${REPLICAS_PER_CELL} replicas.`,
      }),
    share: derived(
      quantity(
        'share',
        { above: 0, max: 1 },
        'Part of all requests that this pool receives; give it to all pools or to none.',
      ),
      'in proportion to replicas',
    ),
    batching: batching.prefault({}),
    maxModelLength: derived(
      quantity('tokens', { min: 2, max: 1_000_000, whole: true }, 'Longest prompt + output of a request.'),
      `the model’s own; ${DEFAULT_MODEL_LENGTH_FIXED} with fixed performance`,
    ),
    overlong: choice(
      ['reject', 'truncate'],
      'A longer request is rejected, or its output (then its prompt) is cut; both are counted.',
    ).default('reject'),
    queueLimit: count(
      { min: 1, max: 1_000_000 },
      'Requests that may wait at one replica; more are rejected and counted.',
    ).prefault(1000),
    autoscaling: derived(autoscaling, 'none: all replicas are ready all the time'),
    spot: derived(spot, 'none: nobody takes nodes back'),
    ownership: choice(
      ['owned', 'rented'],
      'Owned nodes cost electricity and amortization, rented ones only rent.',
    ).default('owned'),
  },
  'Replicas that are alike.',
);

export const fleet = section(
  {
    region,
    pools: list(pool, { min: 1, max: POOLS_MAX }, 'Groups of equal replicas.').prefault([{}]),
  },
  'What serves the requests.',
);

const routers = Object.keys(ROUTERS) as [RoutingPolicy, ...RoutingPolicy[]];
export const routing = shorthand(
  section(
    { policy: choice(routers, 'How a request finds its replica within a cell.').default('power-of-two') },
    'How requests are spread over the replicas of a cell.',
  ),
  { key: 'policy', bare: { enum: routers } },
);

const threshold = (description: string) =>
  quantity('seconds', { above: 0, max: 86_400 }, description).nullable().meta({ description });

export const slo = section(
  {
    ttft: threshold('Time to first token; null = no limit.').prefault('2s'),
    tpot: threshold('Time per output token after the first; null = no limit.').prefault('200ms'),
    // A default of null is not in zod's JSON Schema; `otherwise` says it.
    e2e: derived(threshold('Time to the last token; null = no limit.').default(null), 'null'),
  },
  'Service level: a request attains it within every threshold. Defaults: MLPerf Inference v4.0 (2024), Llama2-70B server.',
);
