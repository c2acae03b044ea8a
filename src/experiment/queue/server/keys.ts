// Names on the Redis server besides those of BullMQ, and how long what they name is kept when nobody asks for it.
const DAY_SECONDS = 86_400;

/** Of results, files, and what is known of sweeps: long enough to come back after a week off. */
export const KEPT_SECONDS = 7 * DAY_SECONDS;

export const PREFIX = 'fleetday';

/** Names of points hold the program's in them: `queue`. */
export function resultKey(queue: string, point: string): string {
  return `${PREFIX}:result:${queue}:${point}`;
}

/** How often its simulation was begun that has not ended: so many workers died of it, or beside it. */
export function begunKey(queue: string, point: string): string {
  return `${PREFIX}:begun:${queue}:${point}`;
}

/** On which the keys of finished points are called out. */
export function finishedChannel(queue: string): string {
  return `${PREFIX}:finished:${queue}`;
}

export function fileKey(sha256: string): string {
  return `${PREFIX}:file:${sha256}`;
}
