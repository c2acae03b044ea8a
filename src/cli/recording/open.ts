// Whether a run writes about single requests and steps, and what does; its code is loaded only where it is wanted.
import type { RunState } from '../../run/saving/saver.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { recordingOutlook } from './outlook.ts';
import type { Recording, RecordingSpec, RecordingState } from './recording.ts';

export interface RecordedRun {
  outDir: string;
  force: boolean;
  recording?: RecordingSpec;
  /** Of a run that goes on. */
  state?: RunState;
}

/** Undefined where nothing is wanted. UserError where it is too much, or cannot be written. */
export async function openRecording(
  scenario: Scenario,
  run: RecordedRun,
  say: (line: string) => void,
): Promise<Recording | undefined> {
  const wanted = (run.state === undefined ? run.recording : run.state.watched) as RecordingState | undefined;
  if (wanted === undefined) return undefined;
  const outlook = wanted.recordedPart && recordingOutlook(scenario, wanted.recordedPart, run);
  if (outlook) say(outlook);
  const { Recording } = await import('./recording.ts');
  return new Recording(run.outDir, scenario, wanted);
}
