import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseVariants, splitList } from '../../../src/experiment/compare/variants.ts';
import { UserError } from '../../../src/kernel/user-error.ts';
import { newFolder } from '../../scenario/scenario-text.ts';

function fileWith(text: string | Uint8Array, name = 'mine.yaml'): string {
  const file = path.join(newFolder(), name);
  writeFileSync(file, text);
  return file;
}

function problems(...lists: string[]): readonly string[] {
  try {
    parseVariants(lists);
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
  throw new Error('nothing is wrong');
}

describe('the list of policies', () => {
  it('is split at commas that are in no brackets and no quotes', () => {
    expect(splitList('hpa, kpa,a=hpa:{x: [1, 2], y: {z: "}, "}},oracle')).toEqual([
      'hpa',
      'kpa',
      'a=hpa:{x: [1, 2], y: {z: "}, "}}',
      'oracle',
    ]);
    expect(splitList(' , ')).toEqual([]);
  });

  it('names policies, with labels and with parameters', () => {
    const variants = parseVariants(['hpa,b=hpa:{metrics: [a=b], x: 2}', 'own=./mine.mjs']);
    expect(variants.map(({ label, autoscaling }) => [label, autoscaling])).toEqual([
      ['hpa', { policy: 'hpa' }],
      ['b', { policy: 'hpa', parameters: { metrics: ['a=b'], x: 2 } }],
      ['own', { policy: './mine.mjs' }],
    ]);
  });

  it('takes parameters without a label', () => {
    const [{ label, autoscaling }] = parseVariants(['threshold:{above: 3}']);
    expect([label, autoscaling]).toEqual(['threshold', { policy: 'threshold', parameters: { above: 3 } }]);
  });

  it('reads files with an autoscaling mapping, or the name of a policy', () => {
    const mapping = fileWith('autoscaling: { policy: kpa, min: 3 }\n');
    const [named, short] = parseVariants([mapping, `s=${fileWith('autoscaling: kpa\n')}`]);
    expect(named).toMatchObject({ label: 'mine', autoscaling: { policy: 'kpa', min: 3 } });
    expect(short).toMatchObject({ label: 's', autoscaling: { policy: 'kpa' } });
  });

  it('is refused with everything that is wrong at once', () => {
    const found = problems('hpaa,kpa,KPA=hpa,a/b=hpa,./none.yaml,hpa:{x: [}');
    expect(found).toHaveLength(5);
    expect(found.join('\n')).toMatch(/there is no policy "hpaa"; did you mean "hpa"\?/);
    expect(found.join('\n')).toMatch(/parameters are not valid YAML/);
    expect(found.join('\n')).toMatch(/the label "a\/b" must be 1–40 of letters/);
    expect(found.join('\n')).toMatch(/none\.yaml: /);
    expect(found.join('\n')).toMatch(/two are called KPA/);
  });

  it('is refused where it is empty or endless', () => {
    expect(problems('')[0]).toMatch(/names no policy; write name/);
    expect(problems(Array.from({ length: 41 }, (_, i) => `p${i}=hpa`).join())[0]).toMatch(
      /compare 40 at most/,
    );
    expect(problems(`hpa:${'{a: '.repeat(2000)}1${'}'.repeat(2000)}`)[0]).toMatch(/nested too deeply/);
  });

  it('is refused with files that are no policies', () => {
    expect(problems(fileWith(''))[0]).toMatch(/the file is empty/);
    expect(problems(fileWith('policy: hpa\n'))[0]).toMatch(/must hold one key, autoscaling, got policy/);
    expect(problems(fileWith('hpa\n'))[0]).toMatch(/must hold one key, autoscaling/);
    expect(problems(fileWith('autoscaling: [hpa]\n'))[0]).toMatch(/must be a mapping with a policy/);
    expect(problems(fileWith(new Uint8Array([0xff, 0xfe, 0x61, 0])))[0]).toMatch(/mine\.yaml/);
  });
});
