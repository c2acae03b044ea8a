// Preloaded into a measured program: when it exits, what it has used is written to the file named in BENCH_USAGE.
const { writeFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

if (isMainThread) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const usage = {
      cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
      wallSeconds: performance.now() / 1e3,
      rssMb: maxRSS / 1e3,
    };
    writeFileSync(process.env.BENCH_USAGE, JSON.stringify(usage));
  });
}
