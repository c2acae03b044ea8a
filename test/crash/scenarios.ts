// What is killed and gone on with: each takes about a second, much of it for starting Node. They have queues,
// preemptions, several cells and pools, a trace that starts again, batches that wait, and windows far beyond 24 days.

export interface CrashScenario {
  name: string;
  text: string;
  /** As often as it goes: while one state is being written, the next one waits. */
  args: string[];
  /** More files than usual. */
  recording?: string[];
}

export const SCENARIOS: readonly CrashScenario[] = [
  {
    name: 'overloaded',
    text: `
duration: 5h
workload:
  arrivals: { kind: diurnal, requestsPerDay: 400k }
fleet:
  pools:
    - { name: owned, model: llama2-7b, tp: 1, replicas: 7, cells: 3, queueLimit: 300 }
    - { name: rented, model: llama2-13b, tp: 1, replicas: 2, cells: 1, queueLimit: 50, ownership: rented }
economics: { electricity: { kind: time-of-use, price: 0.1, periods: [{ fromHour: 8, toHour: 20, price: 0.2 }] } }
`,
    args: ['--checkpoint', 'every=1m'],
    recording: ['--requests', 'all', '--trace', 'from=2h,to=2h10s'],
  },
  {
    name: 'trace',
    text: `
duration: 4h
start: 2024-10-26T20:30:00
timeZone: Europe/Berlin
workload: { trace: { path: trace.csv, rate: 2, loop: true } }
fleet:
  pools:
    - { model: llama2-7b, tp: 1, replicas: 4, cells: 2, batching: { policy: dynamic, batchSize: 8, maxDelay: 500ms } }
routing: round-robin
`,
    args: ['--checkpoint', 'every=7m'],
    recording: ['--requests', 'sample=10%'],
  },
  {
    name: 'season',
    text: `
duration: 40d
start: 2024-01-31T13:37:11
timeZone: America/New_York
workload: { arrivals: { kind: diurnal, requestsPerDay: 1500 } }
fleet: { pools: [{ model: llama2-7b, tp: 1, replicas: 3, cells: 2 }] }
routing: least-outstanding
output: { window: 6h }
`,
    args: ['--checkpoint', 'every=1d'],
  },
];

/** Some minutes of requests, unevenly spaced. */
export const TRACE = ['TIMESTAMP,ContextTokens,GeneratedTokens']
  .concat(
    Array.from({ length: 2000 }, (_, i) => {
      const seconds = Math.floor(i / 7) + (i % 7 > 4 ? 1 : 0);
      const clock = [10, Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, '0'));
      return `2023-11-16 ${clock.join(':')}.${String((i * 7919) % 10_000_000).padStart(7, '0')},${1 + ((i * 37) % 900)},${1 + ((i * 53) % 300)}`;
    }).toSorted(),
  )
  .join('\n');
