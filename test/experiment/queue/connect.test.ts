// Connections to a real Redis server: TLS, passwords, and mistakes, each told with what to do about it.
import { spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openQueue } from '../../../src/experiment/queue/executor.ts';
import { connect } from '../../../src/experiment/queue/server/connect.ts';
import { UserError } from '../../../src/kernel/user-error.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { quickPoints, VERSION } from './points.ts';
import { hasRedis, startRedis, until, type TestServer } from './redis.ts';
import { startWorkerProcess } from './workers.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe('a connection to nothing of use', () => {
  const problem = async (url: string) => {
    const error: unknown = await connect(url, () => {}).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  };

  it('says that nobody is there', async () => {
    expect(await problem('redis://127.0.0.1:1')).toMatch(
      /^--queue: redis:\/\/127\.0\.0\.1:1: .*ECONNREFUSED.*; start it/,
    );
    expect(await problem('unix:///no/such.sock')).toMatch(/ENOENT.*; start it there/);
    expect(await problem('redis://no-such-host.invalid')).toMatch(/no-such-host\.invalid.*; start it there/);
  });

  it('says that who is there is no Redis server', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await problem(`redis://127.0.0.1:${port}`)).toMatch(/is it a Redis server\?/);
    expect(await problem(`rediss://127.0.0.1:${port}`)).toMatch(/does it speak TLS\?/);
    server.close();
  });
});

describe.skipIf(!hasRedis)('a server that is full (redis-server is installed)', () => {
  it('is its owner’s to mend', async () => {
    const server = await startRedis(['--maxmemory', '100kb', '--maxmemory-policy', 'noeviction']);
    const queue = await openQueue(server.url, { version: VERSION, sweep: 'full' });
    const run = queue.run(await quickPoints(1), () => {}, new AbortController().signal);
    await expect(run).rejects.toThrow(
      /^--queue: unix:\S+ refuses: OOM .*; its memory is full: raise maxmemory there/,
    );
    await queue.close();
    await server.close();
  });
});

describe.skipIf(!hasRedis || !hasOpenssl)(
  'a server with TLS and a password (redis-server and openssl are installed)',
  () => {
    const folder = temporaryFolder();
    const certificate = join(folder, 'cert.pem');
    const key = join(folder, 'key.pem');
    let server: TestServer;
    let url: string;
    beforeAll(async () => {
      const request = `req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost`;
      spawnSync('openssl', [...request.split(' '), '-keyout', key, '-out', certificate]);
      const free = createServer();
      await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
      const { port } = free.address() as AddressInfo;
      await new Promise((resolve) => free.close(resolve));
      const tls = `--tls-port ${port} --tls-cert-file ${certificate} --tls-key-file ${key} --tls-auth-clients no`;
      server = await startRedis([...tls.split(' '), '--requirepass', 'open sesame', '--appendonly', 'yes']);
      url = `rediss://localhost:${port}`;
    });
    afterAll(async () => {
      vi.unstubAllEnvs();
      await server.close();
    });

    it('takes a worker that knows both', async () => {
      const env = { NODE_EXTRA_CA_CERTS: certificate, FLEETDAY_QUEUE_PASSWORD: 'open sesame' };
      const worker = startWorkerProcess(url, [], env);
      await until(() => worker.output.includes(url), 'the worker');
      worker.child.kill('SIGTERM');
      expect(await worker.ended).toBe(0);
      expect(worker.output).not.toContain('sesame');
    });

    it('tells who does not know them', async () => {
      await expect(connect(url, () => {})).rejects.toThrow(
        /self-signed certificate; name its authority in NODE_EXTRA_CA_CERTS/,
      );
      await expect(connect(server.url, () => {})).rejects.toThrow(/NOAUTH.*give its password in the address/);
      vi.stubEnv('FLEETDAY_QUEUE_PASSWORD', 'open barley');
      const wrong = connect(server.url, () => {});
      await expect(wrong).rejects.toThrow(/^--queue: unix:.*: WRONGPASS.*give its password/);
      await expect(wrong).rejects.not.toThrow('barley');
    });
  },
);
