// A time zone and a moment, as keys of rules and policies.
import { quantity, text } from '../../settings/keys.ts';
import { isZone } from '../../settings/zone.ts';

/** The year 2100. */
const EPOCH_MS_MAX = 4_102_444_800_000;

export const epochMsKey = (description: string) =>
  quantity('count', { min: 0, max: EPOCH_MS_MAX }, description);

export function zoneKey(description: string) {
  return text(description, 'Europe/Berlin').refine(isZone, {
    error: 'is no time zone; write an IANA name, e.g. UTC or Europe/Berlin',
  });
}
