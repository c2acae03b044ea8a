// What the simulated fleets of simulated.ts did, beside the closed form: figures of every case scaled to the
// whole fleet, and the factors, one for each simplification, whose product leads from the estimate's energy to that of
// the fleet of the right size.
import { sumRows } from '../../economics/ledger.ts';
import { meanPue } from '../../economics/prices/pue.ts';
import type { Values } from '../../estimate/preset.ts';
import type { RunResult } from '../../run/result.ts';
import type { Case, SimulationPlan } from './simulated.ts';

/** One column of the comparison; NaN where the closed form has no answer. */
export interface CaseFigures {
  name: string;
  what: string;
  gpus: number;
  servers: number;
  /** Of the questions: turned away; with the first word within two seconds (and, of the model, tokens within 200 ms). */
  turnedAwayShare: number;
  keptShare: number;
  ttftP50Seconds: number;
  ttftP99Seconds: number;
  e2eP50Seconds: number;
  /** Of the fleet's time and of its energy. */
  dutyCycle: number;
  idleEnergyShare: number;
  gpuSecondsPerQuestion: number;
  wattsPerServer: number;
  pue: number;
  kwh: number;
  whPerQuestion: number;
  electricityUsd: number;
}

/** `of` the estimate's energy: the product of all is that of the last case over the estimate's. */
export interface Factor {
  name: string;
  factor: number;
  why: string;
}

export interface Compared {
  closedForm: CaseFigures;
  cases: CaseFigures[];
  factors: Factor[];
}

export function compareSimulated(
  values: Values,
  plan: SimulationPlan,
  results: readonly RunResult[],
): Compared {
  const closedForm = closedFormFigures(values);
  const cases = plan.cases.map((one, i) => figuresOf(one, results[i]));
  return { closedForm, cases, factors: factorsOf(plan, closedForm, cases.at(-1)!) };
}

function closedFormFigures(values: Values): CaseFigures {
  return {
    name: 'estimate',
    what: 'the closed form; its servers are those of whole racks',
    gpus: values.gpus,
    servers: values.racks * values.serversPerRack,
    turnedAwayShare: 0,
    keptShare: NaN,
    ttftP50Seconds: NaN,
    ttftP99Seconds: NaN,
    e2eP50Seconds: values.gpuSecondsPerQuestion,
    dutyCycle: 1,
    idleEnergyShare: 0,
    gpuSecondsPerQuestion: values.gpuSecondsPerQuestion,
    wattsPerServer: values.wattsPerServer,
    pue: 1,
    kwh: values.kwhPerDay,
    whPerQuestion: values.whPerQuestion,
    electricityUsd: values.electricityUsdPerDay,
  };
}

function figuresOf({ name, what, gpus, times, loaded }: Case, result: RunResult): CaseFigures {
  const { total, hours, ledger, simulatedSeconds } = result;
  const { itKwh, facilityKwh, idleKwh, electricityUsd } = sumRows(ledger);
  const servers = result.info.nodes * times;
  const busySeconds = hours.reduce(
    (sum, hour) => sum + hour.dutyCycle * (hour.endSeconds - hour.startSeconds),
    0,
  );
  return {
    name,
    what,
    gpus,
    servers,
    turnedAwayShare: total.rejectedQueueFull / total.arrived,
    keptShare: total.attained / total.arrived,
    ttftP50Seconds: total.ttft.p50Seconds,
    ttftP99Seconds: total.ttft.p99Seconds,
    e2eP50Seconds: total.e2e.p50Seconds,
    dutyCycle: busySeconds / simulatedSeconds,
    idleEnergyShare: idleKwh / facilityKwh,
    gpuSecondsPerQuestion: (gpus * simulatedSeconds) / (total.finished * times),
    wattsPerServer: (itKwh * times * 3.6e6) / simulatedSeconds / servers,
    pue: meanPue(loaded.scenario.economics.pue, { itKwh, facilityKwh }),
    kwh: facilityKwh * times,
    whPerQuestion: (facilityKwh * 1000) / total.finished,
    electricityUsd: electricityUsd * times,
  };
}

function factorsOf(plan: SimulationPlan, closed: CaseFigures, last: CaseFigures): Factor[] {
  const { secondsAlone, gpusPerReplica, peakToMean } = plan;
  const alone = gpusPerReplica * secondsAlone;
  const model = alone / closed.gpuSecondsPerQuestion;
  const servers = last.servers / closed.servers;
  const seconds = (value: number) => value.toPrecision(3);
  return [
    {
      name: '175 billion parameters',
      factor: model,
      why: `need ${gpusPerReplica} A100 together: alone, a question takes ${seconds(secondsAlone)} s of all of them, ${seconds(alone)} A100-seconds, not ${seconds(closed.gpuSecondsPerQuestion)}`,
    },
    { name: 'peak hour', factor: peakToMean, why: 'the busiest minute over the mean of the day' },
    {
      name: 'batching',
      factor: servers / model / peakToMean,
      why: 'as many questions at a time as keep the promise; queueing, and servers for the busiest minute, included',
    },
    {
      name: 'part load',
      factor: last.wattsPerServer / closed.wattsPerServer,
      why: 'watts drawn, idle hours included, over the nameplate',
    },
    { name: 'PUE', factor: last.pue / closed.pue, why: 'cooling and losses' },
  ];
}
