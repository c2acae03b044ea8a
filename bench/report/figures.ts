// What the bench finds out: sections of rows, each row one configuration and its figures. Plain data, the form of --json.

/** A figure's heading in tables, and how many decimals it is shown with. */
export const COLUMNS = {
  generatorNs: { heading: 'generator', decimals: 1 },
  referenceNs: { heading: 'reference', decimals: 0 },
  ns: { heading: 'ns/request', decimals: 0 },
  nsMin: { heading: 'least', decimals: 0 },
  cellsNs: { heading: 'in cells', decimals: 0 },
  wallSeconds: { heading: 'wall s', decimals: 2 },
  cpuSeconds: { heading: 'CPU s', decimals: 2 },
  ratio: { heading: 'ratio', decimals: 2 },
  cellsRatio: { heading: 'cells ratio', decimals: 2 },
  speedUp: { heading: '× faster', decimals: 2 },
  runs: { heading: 'runs/req', decimals: 2 },
  steps: { heading: 'steps/req', decimals: 1 },
  batch: { heading: 'batch', decimals: 1 },
  preemptions: { heading: 'preempt/req', decimals: 3 },
  rssMb: { heading: 'RSS MB', decimals: 0 },
} as const;

export type Column = keyof typeof COLUMNS;

export interface Goal {
  column: Column;
  atMost?: number;
  atLeast?: number;
}

export interface Row {
  /** Unique in its section and the same in every run of the bench: what --compare matches. */
  label: string;
  values: Partial<Record<Column, number>>;
  goals?: Goal[];
  /** What numbers cannot say, or why there are none. */
  note?: string;
}

export interface Section {
  /** As --only names it. */
  name: string;
  title: string;
  rows: Row[];
}

export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  system: string;
  node: string;
  /** Runnable processes when the bench began: anything above 0.3 disturbs. */
  loadAverage: number;
}

export interface BenchReport {
  version: string;
  date: string;
  quick: boolean;
  machine: Machine;
  sections: Section[];
}

export function meets(goal: Goal, value: number): boolean {
  return value <= (goal.atMost ?? Infinity) && value >= (goal.atLeast ?? -Infinity);
}
