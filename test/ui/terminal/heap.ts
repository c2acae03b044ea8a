// How much the heap grows while the dashboard draws: node --expose-gc --import tsx test/ui/terminal/heap.ts [frames]
// Draws frames of all views through Ink, as dashboard.ts does, and prints the heap after garbage collection at a tenth,
// at half and at the end of them, in MB.
import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';

process.env.NODE_ENV = 'production';
const [
  { render },
  { createElement },
  { App },
  { VIEWS },
  { initialState, reduce },
  { scaledDay, scaledInfo },
] = await Promise.all([
  import('ink'),
  import('react'),
  import('../../../src/ui/app.tsx'),
  import('../../../src/ui/keys.ts'),
  import('../../../src/ui/state.ts'),
  import('../support/fixture-fleet.ts'),
]);
const { Screen } = await import('../../../src/ui/terminal/screen.ts');

const frames = Number(process.argv[2] ?? 1000);
const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
const screen = new Screen(sink, { columns: 120, rows: 40 });
let state = initialState(scaledInfo, { columns: 120, rows: 40, keyboard: false });
const element = () =>
  createElement(App, { state, palette: '256', show: screen.show, onKey: () => undefined });
const ink = render(element(), {
  stdout: Object.assign(new EventEmitter(), {
    columns: 80,
    write: () => true,
  }) as unknown as NodeJS.WriteStream,
  stdin: new EventEmitter() as unknown as NodeJS.ReadStream,
  debug: true,
  patchConsole: false,
});

const heapMegabytes = (): number => {
  globalThis.gc!();
  return process.memoryUsage().heapUsed / 1e6;
};
const readings: number[] = [];
let day = scaledDay();
let base = 0;
let count = 0;
for (let frame = 1; frame <= frames; frame++) {
  let next = day.next();
  if (next.done) {
    day = scaledDay();
    base = count;
    next = day.next();
  }
  const snapshot = next.value as import('../../../src/run/snapshot.ts').Snapshot;
  const windowIndex = base + snapshot.windowIndex;
  const shift = base * 60;
  const window = {
    ...snapshot.window,
    startSeconds: snapshot.window.startSeconds + shift,
    endSeconds: snapshot.window.endSeconds + shift,
  };
  count = windowIndex + 1;
  state = reduce(state, {
    type: 'snapshot',
    snapshot: { ...snapshot, status: 'running', window, windowIndex },
  });
  state = { ...state, view: VIEWS[frame % VIEWS.length] };
  ink.rerender(element());
  if (frame % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  if ([Math.round(frames / 10), Math.round(frames / 2), frames].includes(frame))
    readings.push(heapMegabytes());
}
console.log(JSON.stringify(readings.map((megabytes) => Number(megabytes.toFixed(1)))));
ink.unmount();
