// Events in the scenario file: how they are written, read and checked.
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import { fileWith, loaded, problems } from './scenario-text.ts';

const arrivals = 'arrivals: { kind: constant, requestsPerSecond: 10 }';
const withEvents = (events: string, also = '') => `workload: { ${arrivals}, ${also}events: [${events}] }\n`;

describe('events of the workload', () => {
  it('become changes of the rate and of the lengths', () => {
    const { workload } = loaded(
      withEvents(
        '{ at: 1h, duration: 10m, rate: 3x }, { at: 2h, duration: 1h, outputTokens: 400, promptTokens: { mean: 50 } }',
      ),
    ).scenario;
    expect(workload).toMatchObject({
      kind: 'synthetic',
      arrivals: { changes: [{ fromSeconds: 3600, toSeconds: 4200, factor: 3 }] },
      tokens: {
        changes: [
          {
            fromSeconds: 7200,
            toSeconds: 10_800,
            output: { kind: 'constant', value: 400 },
            prompt: { kind: 'lognormal', mean: 50, sigma: 0.8 },
          },
        ],
      },
    });
  });

  it('are written out with every default, and read again the same', () => {
    const first = loaded(
      withEvents('{ at: 90s, duration: 1.5h, rate: 0, outputTokens: { p50: 100, p99: 1k } }'),
    );
    const again = loadScenario(fileWith(first.resolvedYaml, 'elsewhere.yaml'), []);
    expect(again).toEqual(first);
    expect(first.resolvedYaml).toContain('duration: 5400 # seconds\n');
  });

  it('are not there unless they are written', () => {
    const { scenario } = loaded(`workload: { ${arrivals} }\n`);
    expect(JSON.stringify(scenario.workload)).not.toContain('changes');
    expect(loaded(withEvents('')).scenario).toEqual(scenario);
  });

  it.each<[string, RegExp]>([
    [
      '{ at: 1h, duration: 10m }',
      /events\[0\]: changes nothing, got .*; give it a rate \(e\.g\. 3x\), promptTokens or outputTokens$/,
    ],
    ['{ at: 1h, rate: 2x }', /events\[0\]\.duration: is missing; give one/],
    ['{ duration: 1h, rate: 2x }', /events\[0\]\.at: is missing; give one/],
    [
      '{ at: 1h, duration: 0s, rate: 2x }',
      /events\[0\]\.duration: must be more than 0 \(seconds\), got "?0s"?; raise it/,
    ],
    ['{ at: -1, duration: 1s, rate: 2x }', /events\[0\]\.at: must be at least 0/],
    ['{ at: 0, duration: 1s, rate: -2x }', /events\[0\]\.rate: must be at least 0/],
    ['{ at: .nan, duration: 1s, rate: 2 }', /events\[0\]\.at: .*NaN/],
    ['{ at: 0, duration: 1s, rte: 2 }', /events\[0\]\.rte: unknown key/],
    ['{ at: 0, duration: 1s, outputTokens: { mean: 100, sigma: 9 } }', /events\[0\]\.outputTokens/],
    [
      '{ at: 0, duration: 1s, outputTokens: { kind: gamma, mean: 900000, shape: 1 } }',
      /outputTokens: more than one length in a million/,
    ],
    ['5', /events\[0\]: must be a mapping/],
  ])('are refused: %s', (event, message) => {
    expect(problems(withEvents(event)).join('\n')).toMatch(message);
  });

  it('do not go with a trace, nor their lengths with those of a trace', () => {
    const trace = 'workload: { trace: { path: none.csv }, events: [{ at: 0, duration: 1s, rate: 2x }] }';
    expect(problems(trace)[0]).toMatch(/workload\.trace: contradicts events: a trace brings its own times/);
    const lengths = withEvents('{ at: 0, duration: 1s, outputTokens: 9 }', 'lengths: { path: none.csv }, ');
    expect(problems(lengths).join('\n')).toMatch(/events\[0\]\.outputTokens: contradicts lengths/);
  });
});
