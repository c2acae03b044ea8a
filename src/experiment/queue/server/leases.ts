// Sets on the Redis server whose members vanish unless they are renewed: who is there (workers, sweeps), which sweeps
// were there lately, which queues are in use. The server's clock decides.
import type { Redis } from 'ioredis';

/** Drops what has expired, renews one member, and says what has been dropped and what is left. */
const SCRIPT = `
local now = tonumber(redis.call('TIME')[1])
local expired = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if ARGV[1] ~= '' then
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
  redis.call('EXPIRE', KEYS[1], 2 * tonumber(ARGV[2]))
end
return { expired, redis.call('ZRANGE', KEYS[1], 0, -1) }
`;

export const PRESENCE = 'fleetday:present';
export const SWEEPS = 'fleetday:sweeps';
export const QUEUES = 'fleetday:queues';

export interface Leases {
  expired: string[];
  alive: string[];
}

/** Without a member nothing is renewed. */
export async function renew(redis: Redis, set: string, member = '', seconds = 0): Promise<Leases> {
  const [expired, alive] = (await redis.eval(SCRIPT, 1, set, member, seconds)) as [string[], string[]];
  return { expired, alive };
}

export async function release(redis: Redis, set: string, member: string): Promise<void> {
  await redis.zrem(set, member);
}
