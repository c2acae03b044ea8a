// The connection to a queue's Redis server. At first a failure is the user's to mend, told at once; once connected, the
// server may go and come back, and whoever waits goes on by himself. A server that may lose what it holds is used all
// the same, with a warning: the submitter queues again what went missing.
import { isIP } from 'node:net';
import type { Redis, RedisOptions } from 'ioredis';
import { UserError } from '../../../kernel/user-error.ts';
import { queueAddress, type QueueAddress } from './address.ts';
import { queuePackages, type QueuePackages } from './packages.ts';

export interface Connection extends QueuePackages {
  redis: Redis;
  address: QueueAddress;
  /** At once, also while the server is away. */
  close(): void;
}

export type Notice = (line: string) => void;

const CONNECT_MS = 10_000;
const RETRY_MS_MAX = 2000;
/** What BullMQ asks for. */
const VERSION_MIN = [6, 2] as const;

export async function connect(url: string, onNotice: Notice): Promise<Connection> {
  const address = queueAddress(url, process.env.FLEETDAY_QUEUE_PASSWORD);
  const packages = await queuePackages();
  const { host, port, path, username, password, db, tls, shown } = address;
  let wasReady = false;
  let isAway = false;
  let lastError: Error | undefined;
  const options: RedisOptions = {
    ...(path === undefined ? { host, port } : { path }),
    username,
    password,
    db,
    // Certificates name no addresses to be asked for by (RFC 6066).
    ...(tls && { tls: isIP(host!) ? {} : { servername: host } }),
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (wasReady ? Math.min(2 ** times * 50, RETRY_MS_MAX) : null),
  };
  const redis = new packages.Redis(options);
  redis.on('error', (error: Error) => {
    lastError = error;
    // A wrong password is refused again and again, while the server is there.
    if (!wasReady) redis.disconnect();
  });
  redis.on('ready', () => {
    if (isAway) onNotice(`${shown} is back`);
    isAway = false;
    wasReady = true;
  });
  redis.on('close', () => {
    if (wasReady && !isAway && redis.status !== 'end') onNotice(`${shown} is away; waiting for it`);
    isAway = wasReady;
  });
  const close = () => {
    wasReady = false;
    redis.disconnect();
  };
  try {
    await redis.connect();
    await checkServer(redis, shown, onNotice);
  } catch (error) {
    close();
    if (error instanceof UserError) throw error;
    throw new UserError(`--queue: ${shown}: ${advice(lastError ?? (error as Error), tls)}`);
  }
  return { ...packages, redis, address, close };
}

function advice(error: Error, tls: boolean): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (/WRONGPASS|NOAUTH|AUTH/.test(message)) return `${message}; give its password in the address`;
  if (/invalid DB index|out of range/i.test(message)) return `${message}; name a database that is there`;
  if (code?.startsWith('ERR_TLS') || /certificate|self-signed/i.test(message))
    return `${message}; name its authority in NODE_EXTRA_CA_CERTS, and its host as the certificate does`;
  if (tls && /SSL|socket|ECONNRESET|disconnected|closed/i.test(message))
    return `${message}; does it speak TLS? If not, write redis://`;
  if (code === 'ECONNRESET' || /Protocol error|RESP|closed/i.test(message))
    return `${message}; is it a Redis server? If it speaks TLS, write rediss://`;
  return `${message || code}; start it there, or mend the address`;
}

async function checkServer(redis: Redis, shown: string, onNotice: Notice): Promise<void> {
  const info = await redis.info();
  const value = (key: string) => new RegExp(`^${key}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const version = value('redis_version') ?? '';
  const [major, minor] = version.split('.').map(Number);
  if (major < VERSION_MIN[0] || (major === VERSION_MIN[0] && minor < VERSION_MIN[1]))
    throw new UserError(
      `--queue: ${shown}: is Redis ${version}; ${VERSION_MIN.join('.')} or later is needed`,
    );
  if (value('redis_mode') === 'cluster')
    throw new UserError(`--queue: ${shown}: is a Redis Cluster; use a single server`);
  if (value('aof_enabled') === '0')
    onNotice(
      `${shown} forgets points when it is restarted, which are then queued again; set appendonly yes there`,
    );
  const policy = value('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction')
    onNotice(
      `${shown} may throw points away when its memory is full (${policy}); set maxmemory-policy noeviction there`,
    );
}
