// The bench's command line.
import { parseArgs } from 'node:util';
import { UserError } from '../src/kernel/user-error.ts';
import { SECTIONS } from './sections/index.ts';

export interface BenchOptions {
  quick: boolean;
  week: boolean;
  json: boolean;
  write: boolean;
  only: string[];
  /** An earlier --json to hold this one against. */
  compare?: string;
}

export const USAGE = `npm run bench -- [options]
  --quick            rough figures in a minute
  --only <name>      one section; may be repeated: ${Object.keys(SECTIONS).join(', ')}
  --week             also a week of the flagship fleet
  --json             one JSON document on stdout (npm run --silent bench -- --json > new.json)
  --compare <file>   how the figures have moved since that JSON document
  --write            put the table into bench/README.md`;

export function parseOptions(args: string[]): BenchOptions {
  const { only = [], compare, quick = false, week = false, json = false, write = false } = parse(args);
  for (const name of only) {
    if (!Object.hasOwn(SECTIONS, name)) {
      throw new UserError(
        `--only: there is no section "${name}"; one of ${Object.keys(SECTIONS).join(', ')}`,
      );
    }
  }
  if (write && only.length > 0) throw new UserError('--write: keeps whole tables only; leave out --only');
  return { quick, week, json, write, only, compare };
}

function parse(args: string[]) {
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args,
      options: {
        quick: flag,
        week: flag,
        json: flag,
        write: flag,
        only: { type: 'string', multiple: true },
        compare: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UserError(`${(error as Error).message}\n${USAGE}`);
  }
}
