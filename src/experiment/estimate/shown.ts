// The visitors estimate beside its simulated fleets, as tables, as sentences that say what each simplification hides, and
// as JSON.
import type { Table } from '../../accuracy/show/tables.ts';
import { markdownTables, textTables } from '../../accuracy/show/text.ts';
import { number } from '../../estimate/show/number.ts';
import type { CaseFigures, Compared } from './compared.ts';
import type { SimulationPlan } from './simulated.ts';

const whole = (value: number) => number(Math.round(value));
const short = (value: number) => (Number.isNaN(value) ? '—' : number(Number(value.toPrecision(3))));

/** Never all where some are missing. */
function percent(share: number): string {
  if (Number.isNaN(share)) return '—';
  if (share > 0.9995 && share < 1) return '>99.9 %';
  return `${short(100 * share)} %`;
}

const ROWS: readonly [string, (figures: CaseFigures) => string][] = [
  ['A100', ({ gpus }) => whole(gpus)],
  ['servers of 8', ({ servers }) => whole(servers)],
  ['questions turned away', ({ turnedAwayShare }) => percent(turnedAwayShare)],
  ['first word in 2 s¹', ({ keptShare }) => percent(keptShare)],
  ['first word, median, s', ({ ttftP50Seconds }) => short(ttftP50Seconds)],
  ['first word, p99, s', ({ ttftP99Seconds }) => short(ttftP99Seconds)],
  ['whole answer, median, s', ({ e2eP50Seconds }) => short(e2eP50Seconds)],
  ['busy', ({ dutyCycle }) => percent(dutyCycle)],
  ['A100-seconds a question', ({ gpuSecondsPerQuestion }) => short(gpuSecondsPerQuestion)],
  ['watts of a server', ({ wattsPerServer }) => whole(wattsPerServer)],
  ['energy drawn idle', ({ idleEnergyShare }) => percent(idleEnergyShare)],
  ['PUE', ({ pue }) => short(pue)],
  ['kWh a day', ({ kwh }) => whole(kwh)],
  ['Wh a question', ({ whPerQuestion }) => short(whPerQuestion)],
  ['electricity a day, US$', ({ electricityUsd }) => whole(electricityUsd)],
];

export function comparedText(plan: SimulationPlan, compared: Compared): string {
  return `${textTables(tables(compared))}\n${notes(plan, compared).join('\n')}\n`;
}

export function comparedMarkdown(plan: SimulationPlan, compared: Compared): string {
  const lines = notes(plan, compared).map((line) => line.trim());
  return `${markdownTables(tables(compared))}\n${lines.filter((line) => line !== '').join('\\\n')}\n`;
}

export function comparedJson(plan: SimulationPlan, compared: Compared) {
  const { cases: _, ...assumed } = plan;
  return {
    assumed: inSnakeCase(assumed),
    estimate: inSnakeCase(compared.closedForm),
    cases: compared.cases.map(inSnakeCase),
    factors: compared.factors,
  };
}

function inSnakeCase(figures: object): Record<string, unknown> {
  const key = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [key(name), value]));
}

function tables({ closedForm, cases, factors }: Compared): Table[] {
  const columns = [closedForm, ...cases];
  return [
    {
      title: 'The estimate and the same day simulated',
      columns: [{ title: '' }, ...columns.map(({ name }) => ({ title: name, isNumber: true }))],
      rows: ROWS.map(([title, text]) => [title, ...columns.map(text)]),
    },
    {
      title: 'From the estimate to the fleet of the right size',
      columns: [
        { title: '' },
        { title: 'times', isNumber: true },
        { title: 'energy, kWh', isNumber: true },
        { title: 'why' },
      ],
      rows: factorRows(closedForm, factors),
    },
  ];
}

function factorRows(closedForm: CaseFigures, factors: Compared['factors']): string[][] {
  let kwh = closedForm.kwh;
  const rows = factors.map(({ name, factor, why }) => {
    kwh *= factor;
    return [name, short(factor), whole(kwh), why];
  });
  return [['the estimate', '', whole(closedForm.kwh), 'its servers at their nameplate'], ...rows];
}

/** What the columns are, and what each simplification hides. */
function notes(plan: SimulationPlan, { closedForm, cases }: Compared): string[] {
  const [even, real, model, batched, sized] = cases;
  return [
    ...[closedForm, ...cases].map(({ name, what }) => `  ${name}: ${what}`),
    '  ¹ and, of the model, every further token in 200 ms on average',
    '',
    'What the closed form misses',
    `  Queueing: a fleet as large as the mean has nothing to spare. Even on a day without ups and downs ${percent(even.turnedAwayShare)} ` +
      `find two waiting already and are turned away, and half of the others wait ${short(even.ttftP50Seconds)} s or more for a word.`,
    `  Peak hour: the busiest minute has ${short(plan.peakToMean)} times the mean, ${whole(plan.peakPerSecond)} questions a second; ` +
      `${percent(real.turnedAwayShare)} are turned away.`,
    `  The model does not fit one A100. One at a time on ${plan.gpusPerReplica} of them together, a question takes ` +
      `${short(plan.secondsAlone)} s, and ${percent(model.turnedAwayShare)} are turned away.`,
    `  Batching: the same servers answer everybody, ${percent(batched.keptShare)} in time; ${whole(sized.servers)} would do ` +
      `(one alone holds ${short(plan.replicaCapacityPerSecond)} questions a second).`,
    `  Idle and part-load power: a server draws ${whole(batched.wattsPerServer)} W on average, not ${whole(closedForm.wattsPerServer)}; ` +
      `${percent(batched.idleEnergyShare)} of its energy is drawn idle.`,
    `  PUE: ${short(sized.pue)}, not ${short(closedForm.pue)}.`,
    '',
    'Assumed where the estimate is silent',
    `  prompts of ${number(plan.promptTokens)} tokens (the visit so far), answers of ${number(plan.outputTokens)}, the curve of Azure’s ` +
      'conversation service, a PUE of 1.2;',
    '  longer answers take more: scenarios/chatgpt-2023.yaml.',
  ];
}
