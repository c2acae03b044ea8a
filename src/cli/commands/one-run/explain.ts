// `fleetday explain`: how a figure of energy, money or carbon of a finished run came about: formula, inputs with their
// sources, arithmetic.
import type { Command } from 'commander';
import { UserError } from '../../../kernel/user-error.ts';
import { isTold, valueOf, type Explanation } from '../../../report/explain/explanation.ts';
import type { Money } from '../../../report/explain/money.ts';
import { suggestion } from '../../../settings/suggest.ts';

interface ExplainOptions {
  json?: boolean;
  markdown?: boolean;
}

export function register(program: Command): void {
  program
    .command('explain')
    .description('how a figure of energy, money or carbon came about: formula, inputs, sources, arithmetic')
    .argument('<dir>', 'folder of a run’s results')
    .argument('[key]', 'of summary.json, e.g. electricity_usd; all of them in brief if it is left out')
    .option('--json', 'print JSON, with every digit')
    .option('--markdown', 'print Markdown, in full')
    .action(explainCommand);
}

async function explainCommand(dir: string, key: string | undefined, options: ExplainOptions): Promise<void> {
  if (options.json && options.markdown) throw new UserError('--json, --markdown: give one of them');
  const [{ filesIn }, { moneyOf }, { explanationOf, EXPLAINED_KEYS }] = await Promise.all([
    import('../../../report/saved-run/files.ts'),
    import('../../../report/saved-run/money.ts'),
    import('../../../report/explain/registry.ts'),
  ]);
  if (key !== undefined && !EXPLAINED_KEYS.includes(key)) {
    throw new UserError(`explain: there is no figure "${key}"; ${suggestion(key, EXPLAINED_KEYS)}`);
  }
  const money = await moneyOf(filesIn(dir));
  const found = (key === undefined ? EXPLAINED_KEYS : [key]).flatMap(
    (one) => explanationOf(money, one) ?? [],
  );
  if (key !== undefined && found.length === 0) {
    throw new UserError(`explain: this run has no ${key}: the scenario says nothing of what it needs`);
  }
  const text = await shown(found, money, { dir, key, ...options });
  for (const explanation of found) checkFigure(dir, explanation, money);
  process.stdout.write(text);
}

type Found = readonly Explanation[];

function checkFigure(dir: string, explanation: Explanation, { summary }: Money): void {
  const { key } = explanation;
  const written = summary[key];
  if (isTold(explanation, written)) return;
  throw new UserError(
    `${dir}: ${key} comes to ${valueOf(explanation)}, but summary.json says ${JSON.stringify(written)}; ` +
      'the files are not of one run: run the scenario again',
  );
}

async function shown(
  found: Found,
  money: Money,
  { dir, key, json, markdown }: ExplainOptions & { dir: string; key: string | undefined },
): Promise<string> {
  if (json) {
    const { explanationJson } = await import('../../../report/explain/show/json.ts');
    const all = found.map(explanationJson);
    return `${JSON.stringify(key === undefined ? all : all[0], null, 2)}\n`;
  }
  if (markdown) {
    const { explanationMarkdown } = await import('../../../report/explain/show/markdown.ts');
    return found.map(explanationMarkdown).join('\n');
  }
  const { explanationsText, explanationText } = await import('../../../report/explain/show/text.ts');
  return key === undefined
    ? explanationsText(found, { title: dir, summary: money.summary })
    : explanationText(found[0]);
}
