// `fleetday cache`: how large the folder is in which sweeps keep their points, and making it smaller.
import type { Command } from 'commander';
import { UserError } from '../../../kernel/user-error.ts';
import { parseQuantity } from '../../../settings/quantities.ts';

interface CacheCommandOptions {
  cache: string;
  maxSize?: string;
}

export function register(program: Command): void {
  program
    .command('cache')
    .description('the points that sweeps have kept: how many, how large; `cache prune` makes room')
    .argument('[action]', 'prune: remove what was unused for longest')
    .option('--cache <dir>', 'where they are kept', 'out/.cache')
    .option('--max-size <size>', 'of prune: leave no more than this, e.g. 1GB')
    .action(cacheCommand);
}

async function cacheCommand(
  action: string | undefined,
  { cache, maxSize }: CacheCommandOptions,
): Promise<void> {
  if (action !== undefined && action !== 'prune')
    throw new UserError(
      `cache: unknown action "${action}"; write fleetday cache, or fleetday cache prune --max-size 1GB`,
    );
  if ((action === 'prune') !== (maxSize !== undefined))
    throw new UserError('cache: prune needs --max-size, e.g. fleetday cache prune --max-size 1GB');
  const [{ cacheSize, pruneCache }, { isFolder }, { scaled, count }] = await Promise.all([
    import('../../../experiment/sweep/cache.ts'),
    import('../../../report/files.ts'),
    import('../../../report/format.ts'),
  ]);
  const said = (size: { entries: number; bytes: number }) =>
    `${count(size.entries)} points, ${scaled(size.bytes, 'B')}`;
  if (!isFolder(cache)) {
    process.stdout.write(`${cache}: no points are kept there\n`);
    return;
  }
  if (maxSize === undefined) {
    process.stdout.write(`${cache}: ${said(cacheSize(cache))}\n`);
    return;
  }
  const bytes = parseQuantity(maxSize, 'bytes');
  if (typeof bytes !== 'number') throw new UserError(`--max-size: ${bytes.problem}`);
  if (bytes < 0) throw new UserError(`--max-size: must be 0 or more, got "${maxSize}"`);
  const { removed, left } = pruneCache(cache, bytes, Date.now());
  process.stdout.write(`${cache}: removed ${said(removed)}; ${said(left)} left\n`);
}
