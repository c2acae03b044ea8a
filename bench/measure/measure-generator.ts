// The generator of a scenario's requests alone, to hold a whole run against.
import type { Scenario } from '../../src/scenario/scenario.ts';
import { cpuPerRequest } from './cpu.ts';
import { Generator } from './generator.ts';
import type { Program } from './program.ts';
import type { Effort } from './tasks.ts';

export function measureGenerator(
  program: Program,
  scenario: Scenario,
  { samples, sampleMs }: Effort,
): { generatorNs: number[] } {
  const generator = new Generator(program, scenario);
  const sample = () => cpuPerRequest(() => generator.advance(), sampleMs);
  sample();
  return { generatorNs: Array.from({ length: samples }, sample) };
}
