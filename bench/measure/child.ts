// Entry of a measuring process: one task as JSON in argv, its answer as JSON on stdout.
import { loadProgram } from './program.ts';
import { measureFleet } from './measure-fleet.ts';
import { measureGenerator } from './measure-generator.ts';
import { measureReference } from './measure-reference.ts';
import { measureSaturation } from './measure-saturation.ts';
import type { Answers, Task } from './tasks.ts';

const task = JSON.parse(process.argv[2]) as Task;
const program = await loadProgram();
const { scenario } = program.loadScenario(task.scenario.file, task.scenario.overrides);

function answer(): Answers[Task['kind']] {
  switch (task.kind) {
    case 'fleet':
      return measureFleet(program, scenario, task.effort);
    case 'generator':
      return measureGenerator(program, scenario, task.effort);
    case 'reference':
      return measureReference(program, scenario, task);
    case 'saturation':
      return measureSaturation(program, scenario);
  }
}

process.stdout.write(JSON.stringify(answer()));
