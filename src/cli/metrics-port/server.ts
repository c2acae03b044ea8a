// The metrics port: answers Prometheus while a run goes on, on this machine only. It reads what the run shows anyway and
// answers between two windows; it ends with the run.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { modelName } from '../../catalog/models.ts';
import { UserError } from '../../kernel/user-error.ts';
import { CONTENT_TYPE } from '../../report/prometheus/exposition.ts';
import { metricsText, type Observed } from '../../report/prometheus/metrics.ts';
import { replicaRange } from '../../report/prometheus/replicas.ts';
import type { Run } from '../../run/run.ts';
import type { FleetCell, Snapshot } from '../../run/snapshot.ts';
import type { Scenario } from '../../scenario/scenario.ts';

const LOOPBACK = '127.0.0.1';

export interface MetricsPort {
  url: string;
  onSnapshot(snapshot: Snapshot): void;
  close(): Promise<void>;
}

/** `port` 0: any that is free. UserError where it cannot be had. The run must be one that `isServed`. */
export async function openMetricsPort(port: number, run: Run, { pools }: Scenario): Promise<MetricsPort> {
  const models = pools.map(({ perf }) => (perf.kind === 'fixed' ? 'fixed' : modelName(perf.model)));
  let snapshot: Snapshot | undefined;
  let fleet: readonly FleetCell[] = [];
  const server = createServer((request, response) => {
    answer({ info: run.info, pools: run.pools!, models, snapshot, fleet }, request, response);
  });
  await listen(server, port);
  // It never keeps the program from ending.
  server.unref();
  const { port: found } = server.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${found}/metrics`,
    onSnapshot: (newest) => {
      snapshot = newest;
      fleet = newest.fleet ?? fleet;
    },
    close: async () => {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) =>
      reject(
        new UserError(
          `--metrics-port ${port}: ${PROBLEMS[code ?? ''] ?? message}; give another, or 0 for any`,
        ),
      ),
    );
    server.listen(port, LOOPBACK, resolve);
  });
}

const PROBLEMS: Record<string, string> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'you may not open that port',
};

function answer(observed: Observed, request: IncomingMessage, response: ServerResponse): void {
  const send = (status: number, text: string, headers: Record<string, string> = {}) => {
    const body = Buffer.from(text);
    const type = { 'content-type': 'text/plain; charset=utf-8', 'content-length': String(body.length) };
    response.writeHead(status, { ...type, ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    send(405, 'only GET\n', { allow: 'GET, HEAD' });
    return;
  }
  const [path, query] = (request.url ?? '').split('?');
  if (path !== '/metrics') {
    send(path === '/' ? 200 : 404, 'fleetday: see /metrics, or /metrics?replicas=0-99 for single replicas\n');
    return;
  }
  try {
    const range = new URLSearchParams(query).get('replicas');
    send(200, metricsText(observed, range === null ? undefined : replicaRange(range)), {
      'content-type': CONTENT_TYPE,
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    send(400, `${error.message}\n`);
  }
}
