// A look at the dashboard without a simulation: npx tsx test/ui/terminal/demo.ts [snapshots per second] [what goes wrong]
// Feeds the fixture's day; what goes wrong: throw, reject or failed, after three seconds.
import type { EventControl, RunControl, Snapshot } from '../../../src/run/snapshot.ts';
import type { RunEvent } from '../../../src/scenario/events/event.ts';
import { showDashboard } from '../../../src/ui/dashboard.ts';
import { flagshipDay, flagshipInfo } from '../support/fixture.ts';

let last: Snapshot | undefined;
const perSecond = Number(process.argv[2] ?? 30);
const mishap = process.argv[3];

const asked = { pause: false, stop: false };
/** Orders are taken down, and shown as if they took effect at once. */
const done: RunEvent[] = [];
const events: EventControl = {
  choices: async () => ({
    bursts: true,
    pools: [{ pool: 0, name: 'gpt-3', replicasMin: 8, replicasMax: 1700, policies: [] }],
  }),
  inject: async (order) => {
    done.push({ ...order, atSeconds: last?.window.endSeconds ?? 0 });
    return undefined;
  },
};
const control: RunControl = {
  pause: () => (asked.pause = true),
  resume: () => (asked.pause = false),
  stop: () => (asked.stop = true),
  step: () => undefined,
  setSpeed: () => undefined,
  watchFleet: () => undefined,
};

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

const rejections = { from: 845, to: 870, perWindow: 120 };
const dashboard = await showDashboard({ info: flagshipInfo, control, events });
await sleep(1500);
// Without the start: loading React and Ink takes half a second.
const cpu = process.cpuUsage();
for (const snapshot of flagshipDay({ rejections })) {
  while (asked.pause && !asked.stop) await sleep(50);
  if (snapshot.windowIndex === 3 * perSecond) mishaps();
  last = asked.stop ? { ...snapshot, status: 'stopped' } : snapshot;
  if (mishap === 'failed' && snapshot.windowIndex === 3 * perSecond) {
    last = { ...snapshot, status: 'failed', message: 'cell 3: the worker thread ended with code 1' };
  }
  dashboard.onSnapshot({ ...last, events: done.slice() });
  if (last.status === 'failed') break;
  if (asked.stop) break;
  // Several windows at a time, as a fast run delivers them.
  if (snapshot.windowIndex % 4 === 3) await sleep(4000 / perSecond);
}
const used = process.cpuUsage(cpu);
await dashboard.waitForDismissal();
await dashboard.close();
const cpuSeconds = (used.user + used.system) / 1e6;
console.log(
  `last status: ${last?.status}; CPU ${cpuSeconds.toFixed(2)} s in ${last?.wallSeconds.toFixed(0)} s`,
);

function mishaps(): void {
  if (mishap === 'throw') {
    setTimeout(() => {
      throw new Error('thrown by the demo');
    });
  }
  if (mishap === 'reject') void Promise.reject(new Error('rejected by the demo'));
}
