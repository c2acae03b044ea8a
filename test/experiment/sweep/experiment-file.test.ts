import { describe, expect, it } from 'vitest';
import { loadExperiment } from '../../../src/experiment/sweep/file/load.ts';
import { UserError } from '../../../src/kernel/user-error.ts';
import { SUMMARY_FIELDS } from '../../../src/report/summary-json.ts';
import { fileWith, MINIMAL } from '../../scenario/scenario-text.ts';

const asked = { parameters: [], overrides: [], knownKeys: SUMMARY_FIELDS.map(({ key }) => key) };
const load = (text: string, more = {}) => loadExperiment(fileWith(text, 'e.yaml'), { ...asked, ...more });

function problems(text: string, more = {}): string[] {
  const file = fileWith(text, 'e.yaml');
  try {
    loadExperiment(file, { ...asked, ...more });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems.map((problem) => problem.replaceAll(file, 'e.yaml'));
  }
  throw new Error('the experiment is valid');
}

describe('an experiment file', () => {
  it('names a scenario beside it, parameters, seeds, responses, limits, objectives and when to stop', () => {
    const experiment = load(`
name: size
scenario: s.yaml
set: { duration: 10m, slo: { ttft: 1s } }
parameters:
  fleet.pools[0].replicas: 1..3:1
  policy: [{ autoscaling: hpa }, { autoscaling: { policy: kpa } }]
design: { kind: latin-hypercube, points: 4 }
seeds: 3
responses: [total_usd]
constraints: [slo_attainment >= 99%]
objectives: { minimise: [total_usd, p99_ttft_ms], maximise: [request_goodput] }
stop: { response: total_usd, relativeHalfWidth: 2%, seedsMax: 20 }
confidence: 90%
`);
    expect(experiment).toMatchObject({
      name: 'size',
      overrides: ['duration=10m', 'slo={"ttft":"1s"}'],
      design: { kind: 'latin-hypercube', points: 4, seed: 1 },
      seeds: 3,
      constraints: [{ key: 'slo_attainment', operator: '>=', limit: 0.99 }],
      stop: { relativeHalfWidth: 0.02, seedsMax: 20 },
      confidence: 0.9,
    });
    expect(experiment.scenarioPath).toMatch(/^\/.*\/s\.yaml$/);
    expect(experiment.axes.map(({ name }) => name)).toEqual(['fleet.pools[0].replicas', 'policy']);
    expect(experiment.objectives.map(({ sense }) => sense)).toEqual(['minimise', 'minimise', 'maximise']);
  });

  it('tells all its mistakes with their places', () => {
    const found = problems(`
scenario: 7
parameters:
  a.b: [1, 2, 1]
  c: 5..1:1
  d: [1, { e: 2 }]
seeds: 0
confidence: 2
constraints: [slo_attainment = 1]
colour: red
`);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^e\.yaml:2:11 scenario: must be text, got 7/) as string,
        expect.stringMatching(/^e\.yaml:4:8 parameters\."a\.b": has 1 twice/) as string,
        expect.stringMatching(/^e\.yaml:5:6 parameters\.c: must go upwards/) as string,
        expect.stringMatching(/^e\.yaml:6:10 parameters\.d\[1\]: must be a number, text/) as string,
        expect.stringMatching(/^e\.yaml:7:8 seeds: must be a number from 1 to 10000 or a list/) as string,
        expect.stringMatching(/^e\.yaml:8:13 confidence: must be at most 0\.9999/) as string,
        expect.stringMatching(/^e\.yaml:9:15 constraints\[0\]: is not a constraint/) as string,
        expect.stringMatching(/^e\.yaml:10:1 colour: unknown key/) as string,
      ]),
    );
    expect(found).toHaveLength(8);
  });

  it('refuses keys that no summary has, and rules that do not go together', () => {
    const found = problems(`
scenario: s.yaml
parameters: { a: [1] }
design: { kind: grid, points: 5 }
seeds: [1, 2]
responses: [total_us]
stop: { response: cost, seedsMax: 5 }
`);
    expect(found).toEqual([
      expect.stringMatching(/^e\.yaml:4:31 design\.points: is for a latin-hypercube/),
      expect.stringMatching(/^e\.yaml:5:1 seeds: is a list/),
      expect.stringMatching(
        /^e\.yaml:6:13 responses\[0\]: is no key of summary.json.*did you mean "total_usd"/,
      ),
      expect.stringMatching(/^e\.yaml:7:1 stop: needs either/),
      expect.stringMatching(/^e\.yaml:7:19 stop\.response: is no key/),
    ]);
  });

  it('may be left out: a scenario and --param are an experiment, too', () => {
    const experiment = load(MINIMAL, { parameters: ['fleet.pools[0].replicas=1,2'], seeds: 4 });
    expect(experiment).toMatchObject({ name: 'e', seeds: 4, design: { kind: 'grid' }, constraints: [] });
    expect(problems(MINIMAL)).toEqual([expect.stringMatching(/^e\.yaml: is a scenario; say what to vary/)]);
    expect(problems(MINIMAL, { parameters: ['a', 'b=2..1:1'] })).toEqual([
      expect.stringMatching(/^--param a: has no "="/),
      expect.stringMatching(/^--param b=2\.\.1:1: must go upwards/),
    ]);
  });

  it('gives way to the command line, where both vary one path', () => {
    const text = 'scenario: s.yaml\nparameters: { a: [1, 2], b: [3, 4] }\n';
    const { axes } = load(text, { parameters: ['a=5,6,7'] });
    expect(axes.map((axis) => [axis.name, axis.kind === 'discrete' && axis.levels.length])).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
    const twice = 'scenario: s.yaml\nparameters: { a: [1], both: [{ a: 1, b: 2 }] }\n';
    expect(problems(twice)).toEqual([expect.stringMatching(/a is set by a and both/)]);
  });
});
