// Stack files: what is wrong with one is told with its own place, all at once.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/kernel/user-error.ts';
import { readStackFile } from '../../../../src/scenario/load/pools/stack-file.ts';
import { loadScenario } from '../../../../src/scenario/load.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const folder = temporaryFolder();

const STACK = `title: ours
fittedModels: [llama2-70b]
gpuTimeFactor: 1.1
launchSecondsPerLayer: 50us
cpuSecondsPerLayer: 0.5ms
secondsPerSequence: 0
clientDelaySeconds: 20ms
decodeAttentionEfficiency: 70%
`;

function problemsOf(text: string | Uint8Array): readonly string[] {
  const file = path.join(folder, 'stack.yaml');
  writeFileSync(file, text);
  try {
    readStackFile(file);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).problems.map((problem) => problem.replace(`${folder}/`, ''));
  }
}

describe('a stack file', () => {
  it('may write times with units; what it leaves out adds nothing', () => {
    expect(problemsOf(STACK)).toEqual([]);
    expect(readStackFile(path.join(folder, 'stack.yaml'))).toMatchObject({
      launchSecondsPerLayer: 50e-6,
      clientDelaySeconds: 0.02,
      decodeAttentionEfficiency: 0.7,
      batchedWeightsFactor: 1,
      secondsPerContextToken: 0,
    });
  });

  it('is told all its mistakes with line and column', () => {
    const broken = STACK.replace('1.1', '-1')
      .replace('secondsPerSequence: 0', 'secondsPerSequenc: 0')
      .replace('70%', '.nan');
    expect(problemsOf(broken)).toEqual([
      'stack.yaml:1:1 secondsPerSequence: is missing; give one: c_B: per sequence in the step.',
      'stack.yaml:3:16 gpuTimeFactor: must be more than 0, got -1; raise it',
      expect.stringMatching(
        /^stack\.yaml:6:1 secondsPerSequenc: unknown key; did you mean "secondsPerSequence"\?/,
      ),
      expect.stringMatching(
        /^stack\.yaml:8:28 decodeAttentionEfficiency: must be a finite number, got NaN; /,
      ),
    ]);
  });

  it.each([
    ['empty', '', /^stack\.yaml: the file is empty; `fleetday calibrate --out` writes one/],
    ['a list', '- 1\n', /^stack\.yaml: is no mapping; /],
    ['text', 'hello', /^stack\.yaml: is no mapping; /],
    ['not YAML', 'a: [1', /^stack\.yaml:\d+:\d+ is not valid YAML: /],
    ['binary', Uint8Array.of(1, 0, 2), /^stack\.yaml: is not a text file; name a stack file/],
    [
      'with a key twice',
      `${STACK}title: again\n`,
      /^stack\.yaml:9:1 title: key appears twice in one mapping; /,
    ],
  ])('is refused with a reason where it is %s', (_, text, message) => {
    expect(problemsOf(text)[0]).toMatch(message);
  });

  it('is named relative to the scenario, and its mistakes with the place where it is named', () => {
    writeFileSync(path.join(folder, 'good.yaml'), STACK);
    const scenario = path.join(folder, 'scenario.yaml');
    const text = (name: string) =>
      `workload: { arrivals: { kind: constant, requestsPerSecond: 1 } }\nfleet:\n  pools:\n    - { model: llama2-70b, stack: ${name} }\n`;
    writeFileSync(scenario, text('./good.yaml'));
    const { scenario: loaded, resolvedYaml } = loadScenario(scenario, []);
    expect(loaded.pools[0].perf).toMatchObject({
      stack: { title: 'ours', cpuSecondsPerLayer: { llama: 0.5e-3 } },
    });
    writeFileSync(path.join(folder, 'resolved.yaml'), resolvedYaml);
    expect(loadScenario(path.join(folder, 'resolved.yaml'), []).resolvedYaml).toBe(resolvedYaml);

    writeFileSync(path.join(folder, 'bad.yaml'), STACK.replace('1.1', '0'));
    writeFileSync(scenario, text('./bad.yaml'));
    expect(() => loadScenario(scenario, [])).toThrow(
      `${scenario}:4:28 fleet.pools[0].stack: ${folder}/bad.yaml:3:16 gpuTimeFactor: must be more than 0, got 0; raise it`,
    );
  });
});
