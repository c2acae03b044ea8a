// The files besides the scenario that a run reads while it simulates, and how to tell later that they are still the same.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { OwnPolicySpec } from '../control/spec.ts';
import type { EconomicsSpec } from '../economics/spec.ts';
import { fileProblem } from '../kernel/text-file.ts';
import { UserError } from '../kernel/user-error.ts';
import type { Scenario } from '../scenario/scenario.ts';

export interface InputFile {
  path: string;
  bytes: number;
  /** In hex. */
  sha256: string;
}

/** UserError where one cannot be read. */
export function inputsOf({ workload, pools, economics }: Scenario): Promise<InputFile[]> {
  const paths = pools.flatMap(({ autoscaling }) => policyFiles(autoscaling?.own));
  paths.push(...seriesFiles(economics));
  if (workload.kind === 'trace') paths.push(workload.trace.path);
  else if (workload.tokens.kind === 'resample') paths.push(workload.tokens.path);
  return Promise.all([...new Set(paths)].map(inputFile));
}

function seriesFiles({ tariff, pue, carbon, rent }: EconomicsSpec): string[] {
  const named = [
    tariff.kind === 'series' ? tariff.usdPerKwh : undefined,
    pue.kind === 'curve' ? pue.celsius : undefined,
    carbon.gramsPerKwh,
    rent.spot?.usdPerGpuHour,
  ];
  return named.flatMap((series) => (typeof series === 'object' ? [series.file] : []));
}

/** Of a program those of its words that are paths of files. What they load in their turn is not followed. */
function policyFiles(own: OwnPolicySpec | undefined): string[] {
  if (own?.kind === 'module') return [own.path];
  if (own?.kind !== 'program') return [];
  return own.command.filter((word) => isAbsolute(word) && fileProblem(word) === undefined);
}

/** UserError where one of them is gone or has other contents. */
export async function checkInputs(inputs: readonly InputFile[]): Promise<void> {
  const problems: string[] = [];
  for (const { path, bytes, sha256 } of inputs) {
    const found = await inputFile(path);
    if (found.sha256 === sha256) continue;
    const what =
      found.bytes === bytes
        ? 'has other contents than when the run was saved'
        : `has ${found.bytes} bytes, it had ${bytes} when the run was saved`;
    problems.push(`${path}: ${what}; put the old file back, or run the scenario again with --force`);
  }
  if (problems.length > 0) throw new UserError(problems);
}

async function inputFile(path: string): Promise<InputFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      hash.update(chunk);
    }
  } catch (error) {
    throw new UserError(`${path}: cannot be read (${(error as Error).message}); put it back`);
  }
  return { path, bytes, sha256: hash.digest('hex') };
}
