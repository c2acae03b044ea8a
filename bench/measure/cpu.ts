// CPU time of this process: user and system, all its threads, so that V8's compiler and garbage collector count too.

export function cpuNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** CPU per request while `work`, which returns the requests it dealt with, is repeated for so long. */
export function cpuPerRequest(work: () => number, milliseconds: number): number {
  const before = cpuNs();
  const until = performance.now() + milliseconds;
  let requests = 0;
  do requests += work();
  while (performance.now() < until);
  return (cpuNs() - before) / requests;
}

/** The most memory that this process has had. */
export function peakRssMb(): number {
  return process.resourceUsage().maxRSS / 1000;
}
