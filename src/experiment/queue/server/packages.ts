// The packages of the queue: optional, so loaded only when there is a queue, and missed with a message that says how to
// come by them.
import { UserError } from '../../../kernel/user-error.ts';

export interface QueuePackages {
  Redis: typeof import('ioredis').Redis;
  bullmq: typeof import('bullmq');
}

type Load = (name: 'bullmq' | 'ioredis') => Promise<unknown>;

/** Not `import(name)`: names must be literal for types and tools to find them. */
const loadPackage: Load = (name) => (name === 'bullmq' ? import('bullmq') : import('ioredis'));

export async function queuePackages(load: Load = loadPackage): Promise<QueuePackages> {
  const loaded = await Promise.all([found('bullmq', load), found('ioredis', load)]);
  const missing = loaded.flatMap(({ name, module }) => (module === undefined ? [name] : []));
  if (missing.length > 0) {
    throw new UserError(
      `--queue: needs ${missing.join(' and ')}, not installed here; npm install bullmq ioredis, beside fleetday`,
    );
  }
  const [bullmq, ioredis] = loaded.map(({ module }) => module);
  return {
    bullmq: bullmq as QueuePackages['bullmq'],
    Redis: (ioredis as { Redis: QueuePackages['Redis'] }).Redis,
  };
}

async function found(name: 'bullmq' | 'ioredis', load: Load): Promise<{ name: string; module?: unknown }> {
  try {
    return { name, module: await load(name) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    // What is there but lacks something of its own is broken in another way.
    if (isMissing && message.includes(`'${name}'`)) return { name };
    throw error;
  }
}
