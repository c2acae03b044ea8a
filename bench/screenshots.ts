// The pictures of the dashboard in docs/, from the flagship day itself: npm run screenshots
// Runs it up to the moment below, watching its replicas shortly before, and draws the views at 120×40. Speed and time
// left in the first line are those of the machine at hand.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { suitableThreads } from '../src/cli/threads.ts';
import { Run } from '../src/run/run.ts';
import { loadScenario } from '../src/scenario/load.ts';
import { screenLines } from '../src/ui/layout.ts';
import { initialState, reduce, type UiState, type ViewName } from '../src/ui/state.ts';
import { screenSvg } from '../src/ui/terminal/svg.ts';

const SIZE = { columns: 120, rows: 40, keyboard: true };
const AT_SECONDS = 14 * 3600 + 23 * 60;
const PICTURES: readonly (readonly [ViewName, string])[] = [
  ['overview', 'dashboard.svg'],
  ['fleet', 'dashboard-fleet.svg'],
];

const loaded = loadScenario('scenarios/chatgpt-2023.yaml', []);
const run = new Run(loaded, {
  threads: suitableThreads(loaded.scenario),
  outDir: 'out/chatgpt-2023',
  version: '',
});
let state = initialState(run.info, SIZE);
let isDone = false;
await run.execute((snapshot) => {
  if (isDone) return;
  state = reduce(state, { type: 'snapshot', snapshot });
  if (snapshot.window.endSeconds === AT_SECONDS - 3600) run.watchFleet(true);
  if (snapshot.window.endSeconds < AT_SECONDS) return;
  isDone = true;
  run.stop();
});
for (const [view, file] of PICTURES) draw({ ...state, view }, path.join('docs', file));

function draw(shown: UiState, file: string): void {
  writeFileSync(file, screenSvg(screenLines(shown), `fleetday: ${shown.info.name}, ${shown.view}`));
  process.stdout.write(`${file}\n`);
}
