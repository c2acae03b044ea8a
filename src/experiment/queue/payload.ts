// Points and outcomes as they lie on the Redis server: JSON, compressed, and checked when they are read: what others may
// have written there must not make a worker do more than simulate.
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { UserError } from '../../kernel/user-error.ts';
import type { PointOutcome, SweepPoint } from '../sweep/point.ts';

/** No scenario is as large. */
const BYTES_MAX = 32 * 1024 * 1024;

const value = z.union([z.string(), z.number(), z.boolean()]);
const hex = z.string().regex(/^[0-9a-f]{64}$/);
const point = z.strictObject({
  key: hex,
  index: z.number(),
  assignments: z.record(z.string(), value),
  seed: z.number(),
  resolvedYaml: z.string(),
  files: z.array(z.strictObject({ path: z.string(), sha256: hex })),
}) satisfies z.ZodType<SweepPoint>;

const outcome = z.discriminatedUnion('ok', [
  z.strictObject({ key: hex, ok: z.literal(true), summary: z.record(z.string(), value.nullable()) }),
  z.strictObject({
    key: hex,
    ok: z.literal(false),
    error: z.strictObject({ kind: z.enum(['user', 'bug', 'lost']), message: z.string() }),
  }),
]) satisfies z.ZodType<PointOutcome>;

/** As text: it is part of a job's JSON. */
export function packPoint(one: SweepPoint): string {
  return gzipSync(JSON.stringify(one)).toString('base64');
}

export function unpackPoint(packed: unknown): SweepPoint {
  return unpacked(point, typeof packed === 'string' ? Buffer.from(packed, 'base64') : Buffer.of());
}

export function packOutcome(one: PointOutcome): Buffer {
  return gzipSync(JSON.stringify(one));
}

export function unpackOutcome(packed: Buffer): PointOutcome {
  return unpacked(outcome, packed);
}

function unpacked<T>(schema: z.ZodType<T>, packed: Buffer): T {
  try {
    const text = gunzipSync(packed, { maxOutputLength: BYTES_MAX }).toString('utf8');
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const reason = (error as Error).message.replaceAll(/\s+/g, ' ').slice(0, 200);
    throw new UserError(
      `what lies in the queue was not put there by fleetday: ${reason}; use another database`,
    );
  }
}
