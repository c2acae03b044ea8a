// The port itself: answers while a run goes on or stands still, on this machine only, and ends with it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { metricsPortNumber, simulationSpeed } from '../../../src/cli/metrics-port/options.ts';
import { openMetricsPort } from '../../../src/cli/metrics-port/server.ts';
import { Run } from '../../../src/run/run.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { parseExposition } from '../../report/prometheus/parse.ts';

const loaded = loadScenario('scenarios/small-chat.yaml', ['duration=10m']);
const serve = () => new Run(loaded, { threads: 0, outDir: '', version: '1', isServed: true });

describe('the metrics port', () => {
  it('answers while the run stands still, and again further on', async () => {
    const run = serve();
    const port = await openMetricsPort(0, run, loaded.scenario);
    const simulated = async () => {
      const text = await (await fetch(port.url)).text();
      return parseExposition(text).get('fleetday_simulated_seconds_total')!.samples[0].value;
    };
    expect(await simulated()).toBe(0);
    let onPause: (atSeconds: number) => void;
    const paused = new Promise<number>((resolve) => (onPause = resolve));
    const finished = run.execute((snapshot) => {
      port.onSnapshot(snapshot);
      if (snapshot.windowIndex !== 4 || snapshot.status !== 'running') return;
      run.pause();
      onPause(snapshot.window.endSeconds);
    });
    expect(await paused).toBe(300);
    expect([await simulated(), await simulated()]).toEqual([300, 300]);
    run.resume();
    await finished;
    expect(await simulated()).toBeGreaterThan(600);
    await port.close();
    await expect(fetch(port.url)).rejects.toThrow();
    await port.close();
  });

  it('answers what is no scrape plainly', async () => {
    const port = await openMetricsPort(0, serve(), loaded.scenario);
    const { origin } = new URL(port.url);
    const { headers } = await fetch(port.url);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect((await fetch(`${port.url}?replicas=0-9`)).status).toBe(200);
    const refused = await fetch(`${port.url}?replicas=0-1000`);
    expect([refused.status, await refused.text()]).toEqual([
      400,
      'replicas: at most 1000 at once, got 1001 (0-1000)\n',
    ]);
    expect((await fetch(`${origin}/`)).status).toBe(200);
    expect((await fetch(`${origin}/nothing`)).status).toBe(404);
    expect((await fetch(port.url, { method: 'POST', body: 'x' })).status).toBe(405);
    expect(await (await fetch(port.url, { method: 'HEAD' })).text()).toBe('');
    expect(new URL(port.url).hostname).toBe('127.0.0.1');
    await port.close();
  });

  it('that is taken is told', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(openMetricsPort(port, serve(), loaded.scenario)).rejects.toThrow(
      `--metrics-port ${port}: the port is in use; give another, or 0 for any`,
    );
    await new Promise((resolve) => other.close(resolve));
  });
});

describe('its options', () => {
  it('are a port and a speed', () => {
    expect(metricsPortNumber('9100')).toBe(9100);
    expect(() => metricsPortNumber('65536')).toThrow('from 0 to 65535');
    expect(['60', '60x', '0.5', '1h/s', '10m/s', 'max'].map(simulationSpeed)).toEqual([
      60,
      60,
      0.5,
      3600,
      600,
      'max',
    ]);
    for (const text of ['', 'fast', '0', '-1', '1h', '/s', 'x', '1e999', '10 parsecs/s'])
      expect(() => simulationSpeed(text), text).toThrow('--speed:');
  });
});
