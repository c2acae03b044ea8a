// Ctrl-C and kill end a run early: its state is saved and what was simulated so far reported. A second signal, or the
// first after the dashboard's `q`, ends the program at once.
import { constants } from 'node:os';
import type { RunControl } from '../run/snapshot.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface SignalWatch {
  received: NodeJS.Signals | undefined;
  /** 128 + the signal's number; as for SIGINT where the user stopped the run from the dashboard. */
  readonly exitCode: number;
  dispose(): void;
}

export function stopOnSignals(
  control: Pick<RunControl, 'stop'> & { readonly isStopping: boolean },
): SignalWatch {
  const watch: SignalWatch = {
    received: undefined,
    get exitCode() {
      return 128 + constants.signals[watch.received ?? 'SIGINT'];
    },
    dispose: () => SIGNALS.forEach((signal) => process.off(signal, onSignal)),
  };
  function onSignal(signal: NodeJS.Signals): void {
    if (control.isStopping) process.exit(watch.exitCode);
    watch.received = signal;
    // Node 20 crashes where it restores a terminal that is gone; the signal itself ends the program cleanly, as 129.
    if (signal === 'SIGHUP') process.once('exit', dieOfHangup);
    control.stop();
  }
  function dieOfHangup(): void {
    watch.dispose();
    process.kill(process.pid, 'SIGHUP');
  }
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return watch;
}
