// `--metrics-port 9100` and `--speed 60`: a fleet that boards can be pointed at, simulated no faster than they look.
import { Option } from 'commander';
import { UserError } from '../../kernel/user-error.ts';
import { parseQuantity } from '../../settings/quantities.ts';
import { wholeNumber } from '../options/numbers.ts';

const PORT_MAX = 65_535;

export function metricsPortOption(): Option {
  return new Option(
    '--metrics-port <n>',
    "serve the fleet's metrics to Prometheus, under vLLM's names, on 127.0.0.1 (0: any free port)",
  ).argParser(metricsPortNumber);
}

export function speedOption(): Option {
  return new Option(
    '--speed <speed>',
    'simulate no faster than 60 (times real time), 10m/s or 1h/s (default: max)',
  ).argParser(simulationSpeed);
}

/** At once when the option is read. */
export function metricsPortNumber(text: string): number {
  return wholeNumber('--metrics-port', text, [0, PORT_MAX]);
}

const FORM = 'write 60 or 60x (times real time), 10m/s or 1h/s (simulated time per second), or max';

/** Simulated seconds per second. */
export function simulationSpeed(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const perSecond = /^(.+)\/s$/.exec(text)?.[1];
  const times = /^(\d+(?:\.\d+)?)x?$/.exec(text)?.[1];
  const speed = perSecond === undefined ? Number(times) : parseQuantity(perSecond, 'seconds');
  if (typeof speed !== 'number') throw new UserError(`--speed: ${speed.problem}; ${FORM}`);
  if (!(speed > 0 && speed <= Number.MAX_SAFE_INTEGER))
    throw new UserError(`--speed: ${FORM}, got "${text}"`);
  return speed;
}
