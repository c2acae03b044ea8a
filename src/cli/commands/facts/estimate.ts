// `fleetday estimate`: published closed-form estimates step by step, with numbers of the user's own, what moves them most,
// and the visitors estimate beside its simulation.
import type { Command } from 'commander';
import { evaluated, type Preset, type Values } from '../../../estimate/preset.ts';
import { PRESETS } from '../../../estimate/presets/registry.ts';
import { inputsWith } from '../../../estimate/settings.ts';
import { estimateJson, presetsJson } from '../../../estimate/show/json.ts';
import { estimateMarkdown, estimatesPage } from '../../../estimate/show/markdown.ts';
import { estimateText, presetsText } from '../../../estimate/show/text.ts';
import { tornadoSvg } from '../../../estimate/show/tornado.ts';
import { UserError } from '../../../kernel/user-error.ts';
import { suggestion } from '../../../settings/suggest.ts';
import { threadCount } from '../../options/numbers.ts';
import { writeFile } from '../../write-file.ts';

/** As commander hands them over: text, unchecked. */
export interface EstimateOptions {
  set: string[];
  json?: boolean;
  markdown?: boolean;
  svg?: string;
  simulate?: boolean;
  threads?: string;
}

const SIMULATED = 'visitors';

export function register(program: Command): void {
  program
    .command('estimate')
    .description('published closed-form estimates of cost and energy, step by step')
    .argument('[preset]', PRESETS.map(({ name }) => name).join(', '))
    .option('--set <name=value>', 'an assumption of your own; may be repeated', collect, [])
    .option('--json', 'print JSON, with every value')
    .option('--markdown', 'print Markdown; without a preset the whole page docs/estimate.md')
    .option('--svg <file>', 'draw what moves the answer most as well')
    .option('--simulate', `run the same assumptions through the simulator (${SIMULATED})`)
    .option('--threads <n>', 'simulating threads; changes no result (default: what suits cores and run)')
    .action(estimateCommand);
}

async function estimateCommand(name: string | undefined, options: EstimateOptions): Promise<void> {
  if (name === undefined) {
    process.stdout.write(listing(options));
    return;
  }
  const threads = threadCount(options.threads);
  const { preset, values } = readEstimate(name, options);
  if (options.svg !== undefined) writeFile('--svg', options.svg, tornadoSvg(preset, values));
  if (!options.simulate) {
    process.stdout.write(shown(preset, values, options));
    return;
  }
  const { conductSimulation } = await import('../../conduct/simulation.ts');
  const simulated = await conductSimulation(values, threads);
  if (simulated === undefined) return;
  const { text, markdown, json } = simulated;
  process.stdout.write(
    options.json
      ? jsonText({ ...estimateJson(preset, values), simulated: json })
      : `${shown(preset, values, options)}\n${options.markdown ? markdown : text}`,
  );
}

/** Of all presets. UserError for options that need one. */
export function listing({ set, json, markdown, svg, simulate, threads }: EstimateOptions): string {
  const problems = Object.entries({ set: set.length > 0, svg, simulate, threads })
    .filter(([, given]) => given)
    .map(([option]) => `--${option}: goes with a preset only; name one, e.g. fleetday estimate ${SIMULATED}`);
  if (json && markdown) problems.push('--json and --markdown: give one of them');
  if (problems.length > 0) throw new UserError(problems);
  if (json) return jsonText(presetsJson(PRESETS));
  return markdown ? estimatesPage(PRESETS) : presetsText(PRESETS);
}

/** The preset with its inputs and steps. UserError with everything that is wrong. */
export function readEstimate(name: string, options: EstimateOptions): { preset: Preset; values: Values } {
  const preset = PRESETS.find((one) => one.name === name);
  const problems: string[] = [];
  if (options.json && options.markdown) problems.push('--json and --markdown: give one of them');
  if (options.simulate && name !== SIMULATED) {
    problems.push(`--simulate: only ${SIMULATED} is a day of traffic; leave it out`);
  }
  if (options.threads !== undefined && !options.simulate) {
    problems.push('--threads: goes with --simulate only; leave it out');
  }
  if (preset === undefined) {
    const known = PRESETS.map((one) => one.name);
    throw new UserError([`estimate: there is no preset "${name}"; ${suggestion(name, known)}`, ...problems]);
  }
  const inputs = inputsWith(preset, options.set, problems);
  if (problems.length > 0) throw new UserError(problems);
  return { preset, values: evaluated(preset, inputs) };
}

export function shown(preset: Preset, values: Values, { json, markdown }: EstimateOptions): string {
  if (json) return jsonText(estimateJson(preset, values));
  return markdown ? estimateMarkdown(preset, values) : estimateText(preset, values);
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}
