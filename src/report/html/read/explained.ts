// How the figures of a run came about, for its report: what `fleetday explain` prints, from the same files' texts and by the
// same code. Beside them it needs the files of prices and the trace that the scenario names, to know it as it was: where one
// is gone, or the results are of an older version, the report goes without, and says why.
import { UserError } from '../../../kernel/user-error.ts';
import { isTold, valueOf, type Explanation } from '../../explain/explanation.ts';
import { EXPLAINED_KEYS, explanationOf } from '../../explain/registry.ts';
import { filesOfTexts } from '../../saved-run/files.ts';
import { moneyOf } from '../../saved-run/money.ts';
import type { ResultTexts } from './results.ts';

export interface Explained {
  /** By key of summary.json, in its order; those that are nothing are left out. */
  explanations: ReadonlyMap<string, Explanation>;
  whyNone?: string;
}

/** `name`: of the folder, for messages. */
export async function explainedOf(name: string, texts: ResultTexts): Promise<Explained> {
  try {
    const money = await moneyOf(filesOfTexts(name, texts));
    const made = EXPLAINED_KEYS.flatMap((key) => explanationOf(money, key) ?? []);
    const stray = made.find((explanation) => !isTold(explanation, money.summary[explanation.key]));
    if (stray !== undefined) return none(`${stray.key} does not follow from the other files`);
    const shown = made.filter((explanation) => Math.abs(valueOf(explanation)) > 0);
    return { explanations: new Map(shown.map((explanation) => [explanation.key, explanation])) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Of many problems the first; without the folder, which a report does not know.
    return none(error.problems[0].replaceAll(`${name}/`, '').replaceAll(`${name}: `, ''));
  }
}

function none(whyNone: string): Explained {
  return { explanations: new Map(), whyNone };
}
