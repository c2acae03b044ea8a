// Every scenario that shows a failure shows it, and the remedy that its own comment names mends it.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cellOf, CRITERIA, loadBound, outcomeOf } from '../../src/experiment/zoo/matrix.ts';
import { Run } from '../../src/run/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { LoadedScenario } from '../../src/scenario/scenario.ts';
import { failureScenarios } from '../../src/scenario/shipped.ts';

async function simulated(loaded: LoadedScenario) {
  return outcomeOf(await new Run(loaded, { threads: 0, version: 'test', outDir: '' }).execute());
}

/** What stands after `--set` in the comment at the head of the file. */
function remedyOf(path: string): string[] {
  const head = readFileSync(path, 'utf8').split('\nname:')[0];
  return [...head.matchAll(/--set (?:'([^'\n]+)'|(\S+))/g)].map(([, quoted, bare]) => quoted ?? bare);
}

/** In which of the two a scenario fails as it is written. */
const FAILS_BY: Record<string, 'slo' | 'cost'> = {
  'flash-crowd': 'slo',
  flapping: 'slo',
  holiday: 'cost',
  'long-streams': 'slo',
  'longer-outputs': 'slo',
  'metric-lag': 'slo',
  'metric-outage': 'slo',
  'morning-ramp': 'slo',
  overshoot: 'cost',
  'saturated-signal': 'cost',
  'scale-to-zero': 'slo',
  'stock-out': 'slo',
};

describe('the scenarios of failures', () => {
  it('have criteria and a paragraph in docs/failures.md each', () => {
    const names = readdirSync('scenarios/failures').map((file) => file.replace('.yaml', ''));
    expect(Object.keys(CRITERIA).toSorted()).toEqual(names.toSorted());
    expect(Object.keys(FAILS_BY).toSorted()).toEqual(names.toSorted());
    const docs = readFileSync('docs/failures.md', 'utf8');
    for (const name of names) expect(docs).toContain(`## ${name}\n`);
  });

  it.each(failureScenarios())(
    '$name fails as written and survives with its remedy',
    async ({ name, path, title }) => {
      const bound = await simulated(loadBound(path));
      // What it is compared with keeps the promise itself.
      expect(bound.attainment).toBeGreaterThan(0.99);
      const scenario = { name, title, ...CRITERIA[name], bound };
      const written = cellOf(scenario, 'as written', await simulated(loadScenario(path, [])));
      expect(FAILS_BY[name] === 'slo' ? written.holdsSlo : written.holdsCost).toBe(false);
      if (FAILS_BY[name] === 'cost') expect(written.holdsSlo).toBe(true);
      const remedy = remedyOf(path);
      expect(remedy.length).toBeGreaterThan(0);
      const mended = cellOf(scenario, 'mended', await simulated(loadScenario(path, remedy)));
      expect(mended).toMatchObject({ holdsSlo: true, holdsCost: true });
    },
  );
});
