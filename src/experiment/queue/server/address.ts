// Where a queue is: redis://[user:password@]host[:port][/database], rediss:// for TLS, unix:///path/of/socket[?db=n].
// The password may come from the environment instead, where no list of processes shows it. Left out: Redis Cluster
// and Sentinel; one server is enough for far more points than there are.
import { UserError } from '../../../kernel/user-error.ts';

export interface QueueAddress {
  host?: string;
  port?: number;
  /** Of a unix socket. */
  path?: string;
  username?: string;
  password?: string;
  db: number;
  tls: boolean;
  /** For messages: without the password. */
  shown: string;
}

const DEFAULT_PORT = 6379;
const SCHEMES = ['redis:', 'rediss:', 'unix:'];
const EXAMPLES = 'redis://host:6379, rediss://user:password@host:6380/0 or unix:///run/redis.sock';

/** `password`: for an address that has none. */
export function queueAddress(text: string, password?: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !SCHEMES.includes(url.protocol))
    throw new UserError(`--queue: is no address of a Redis server, got "${masked(text)}"; write ${EXAMPLES}`);
  const unknown = [...url.searchParams.keys()].filter((key) => key !== 'db' || url.protocol !== 'unix:');
  if (unknown.length > 0 || url.hash !== '')
    throw new UserError(`--queue: ${unknown[0] ?? url.hash} is not understood; write ${EXAMPLES}`);
  const secret = decoded(url.password) || password || undefined;
  return url.protocol === 'unix:' ? socketAddress(url, secret) : networkAddress(url, secret);
}

function socketAddress(url: URL, password: string | undefined): QueueAddress {
  const path = decoded(url.pathname);
  if (url.host !== '' || path.length < 2)
    throw new UserError('--queue: a unix socket needs an absolute path; write unix:///run/redis.sock');
  const db = database(url.searchParams.get('db') ?? '');
  return { path, password, db, tls: false, shown: `unix://${path}` };
}

function networkAddress(url: URL, password: string | undefined): QueueAddress {
  const { protocol, hostname, port } = url;
  if (hostname === '') throw new UserError(`--queue: names no host; write ${EXAMPLES}`);
  const shownPort = port === '' ? DEFAULT_PORT : Number(port);
  const db = database(url.pathname.replace(/^\//, ''));
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: shownPort,
    username: decoded(url.username) || undefined,
    password,
    db,
    tls: protocol === 'rediss:',
    shown: `${protocol}//${hostname}:${shownPort}${db === 0 ? '' : `/${db}`}`,
  };
}

function database(text: string): number {
  if (!/^\d{0,4}$/.test(text))
    throw new UserError(`--queue: the database must be a number, got "${text}"; write 0 or leave it out`);
  return Number(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UserError('--queue: has a % that encodes nothing; write %25 for the character itself');
  }
}

function masked(text: string): string {
  return text.replace(/:[^:@/]*@/, ':…@');
}
