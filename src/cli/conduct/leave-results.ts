// The folder of a run's results: what every run leaves, and beside it what was asked for. Everything else is loaded only
// where it is.
import { writeResults } from '../../report/files.ts';
import type { ResultFiles } from '../../report/files.ts';
import type { Run } from '../../run/run.ts';
import type { Recording } from '../recording/recording.ts';

interface Leaving {
  outDir: string;
  report?: boolean;
  recording: Recording | undefined;
  run: Run;
}

/** Adds to the files what was asked for, and writes them all; returns why the report could not be made, if so. */
export async function leaveResults(
  files: ResultFiles,
  { outDir, report, recording, run }: Leaving,
): Promise<unknown> {
  Object.assign(files, recording?.finish(run.info));
  // Who analyses requests wants the windows beside them in the same format.
  if ('requests.parquet' in files) {
    const { windowTables } = await import('../../report/parquet/windows.ts');
    Object.assign(files, await windowTables(files));
  }
  const failure = report ? await addReport(outDir, files) : undefined;
  writeResults(outDir, files);
  return failure;
}

async function addReport(outDir: string, files: ResultFiles): Promise<unknown> {
  try {
    const { reportOf, textsOf } = await import('../../report/html/report.ts');
    files['report.html'] = await reportOf([{ name: outDir, texts: textsOf(files) }]);
    return undefined;
  } catch (error) {
    return error;
  }
}
