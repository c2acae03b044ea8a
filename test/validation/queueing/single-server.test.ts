// One request at a time is M/G/1: mean wait by Pollaczek and Khinchine (1930, 1932) from the first two moments of the
// service time, and who waits at all is a share ρ (Poisson arrivals see time averages). Service times of several shapes
// are given as prompt lengths to a model that takes a tick per prompt token; then those of the physical model itself.
// Kleinrock, Queueing Systems I (1975), 5.6.
import { describe, expect, it } from 'vitest';
import { LENGTH_FITS } from '../../../src/catalog/length-fits.ts';
import { ticksToSeconds } from '../../../src/kernel/ticks.ts';
import { createPerfModel } from '../../../src/perf/create.ts';
import { PLAIN_TOY, createToyPerf } from '../../reference/toy-perf.ts';
import { expectDocumented } from '../documented.ts';
import { estimate, expectTheory, serve, simulateQueue, type Served } from './estimate.ts';
import type { RandomStream } from '../../../src/kernel/random.ts';

const NO_BATCHING = { policy: 'none' } as const;
const oneTickPerPromptToken = createToyPerf({ ...PLAIN_TOY, base: 0, perPrefillToken: 1 });
const LOAD = 0.7;
const MEAN_TICKS = 100_000;

interface Shape {
  name: string;
  /** With mean 1. */
  draw: (stream: RandomStream) => number;
  squareMean: number;
}

/** Two exponential phases with balanced means, squared coefficient of variation 4. */
const HYPER_P = 0.5 * (1 + Math.sqrt(3 / 5));

const shapes: Shape[] = [
  { name: 'constant', draw: () => 1, squareMean: 1 },
  { name: 'uniform', draw: (stream) => 2 * stream.uniform(), squareMean: 4 / 3 },
  { name: 'exponential', draw: (stream) => stream.exponential(), squareMean: 2 },
  {
    name: 'lognormal (σ 1)',
    draw: (stream) => Math.exp(normal(stream) - 0.5),
    squareMean: Math.exp(1),
  },
  {
    name: 'hyperexponential',
    draw: (stream) => stream.exponential() / (2 * (stream.uniform() < HYPER_P ? HYPER_P : 1 - HYPER_P)),
    squareMean: 5,
  },
];

function waitOfMG1(arrivalRate: number, serviceMean: number, serviceSquareMean: number): number {
  return (arrivalRate * serviceSquareMean) / (2 * (1 - arrivalRate * serviceMean));
}

describe('one server', () => {
  it.each(shapes)('with $name service waits as Pollaczek and Khinchine say', (shape) => {
    const gapTicks = MEAN_TICKS / LOAD;
    const served = simulateQueue({
      batching: NO_BATCHING,
      perf: oneTickPerPromptToken,
      requests: 200_000,
      gapTicks,
      draw: (stream) => ({
        promptTokens: Math.max(1, Math.round(MEAN_TICKS * shape.draw(stream))),
        outputTokens: 1,
      }),
    });
    const waitUnits = (r: Served) => (r.finishTicks - r.atTicks - r.promptTokens) / MEAN_TICKS;
    const theory = waitOfMG1(LOAD, 1, shape.squareMean);
    const wait = estimate(served, waitUnits, { gapTicks });
    expectTheory(wait, theory, 0.12);
    expectTheory(
      estimate(served, (r) => Number(waitUnits(r) > 0)),
      LOAD,
      0.03,
    );
    expectDocumented(`M/G/1, ${shape.name} service`, [theory, wait.mean, wait.halfWidth]);
  });

  it('of the physical model, one conversation at a time, waits so too', () => {
    // Every pair of ten prompt lengths and ten output lengths is as likely: the moments are then known exactly, from
    // serving each pair once, alone.
    const spec = {
      kind: 'physical',
      model: 'llama2-70b',
      gpu: 'a100-80gb',
      stack: 'vllm-0.2',
      tp: 8,
    } as const;
    const perf = createPerfModel(spec, '');
    const prompts = tenLengths('azure-conversation-prompt');
    const outputs = tenLengths('azure-conversation-output');
    const pairs = prompts.flatMap((promptTokens) =>
      outputs.map((outputTokens) => ({ promptTokens, outputTokens })),
    );
    const apart = pairs.map((pair, i) => ({ ...pair, atTicks: i * 2 ** 40 }));
    const alone = serve({ batching: NO_BATCHING, perf, requests: apart });
    const serviceTicks = new Map(alone.map((r) => [keyOf(r), r.finishTicks - r.atTicks]));
    const mean = [...serviceTicks.values()].reduce((sum, t) => sum + t, 0) / pairs.length;
    const squareMean = [...serviceTicks.values()].reduce((sum, t) => sum + t * t, 0) / pairs.length;
    const served = simulateQueue({
      batching: NO_BATCHING,
      perf,
      requests: 200_000,
      gapTicks: mean / LOAD,
      draw: (stream) => pairs[stream.below(pairs.length)],
    });
    const waitTicks = (r: Served) => r.finishTicks - r.atTicks - serviceTicks.get(keyOf(r))!;
    const wait = estimate(served, waitTicks, { gapTicks: mean / LOAD });
    const theory = waitOfMG1(LOAD / mean, mean, squareMean);
    expectTheory(wait, theory);
    const seconds = [theory, wait.mean, wait.halfWidth].map(ticksToSeconds);
    expectDocumented('M/G/1, Llama-2-70B without batching', seconds);
  });
});

/** Standard normal (Box and Muller, 1958). */
function normal(stream: RandomStream): number {
  return Math.sqrt(2 * stream.exponential()) * Math.cos(2 * Math.PI * stream.uniform());
}

function keyOf({ promptTokens, outputTokens }: { promptTokens: number; outputTokens: number }): string {
  return `${promptTokens} ${outputTokens}`;
}

/** The quantiles 5 %, 15 %, … of a length fit. */
function tenLengths(fit: string): number[] {
  const { points } = LENGTH_FITS[fit];
  const lengths = Array.from({ length: 10 }, (_, i) => {
    const p = (i + 0.5) / 10;
    const after = points.findIndex((point) => point.p >= p);
    const [a, b] = [points[after - 1], points[after]];
    return Math.round(a.tokens + ((b.tokens - a.tokens) * (p - a.p)) / (b.p - a.p));
  });
  expect(new Set(lengths).size).toBe(10);
  return lengths;
}
