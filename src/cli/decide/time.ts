// Times in files of metrics: seconds, seconds or milliseconds since 1970, or dates.

/** Larger numbers are milliseconds since 1970: as seconds they would be past the year 5000. */
const SECONDS_MAX = 1e11;
/** The year 9999. */
const EPOCH_MS_MAX = 253_402_300_799_999;

/** In milliseconds; undefined where it is no time. A date without offset is UTC. */
export function epochMsOf(text: string): number | undefined {
  const written = text.trim();
  if (written === '') return undefined;
  const number = Number(written);
  if (Number.isFinite(number)) {
    const epochMs = number > SECONDS_MAX ? number : number * 1000;
    return epochMs >= 0 && epochMs <= EPOCH_MS_MAX ? epochMs : undefined;
  }
  const date = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
    written,
  );
  if (date === null) return undefined;
  const [, day, clock = '00:00', offset = 'Z'] = date;
  const epochMs = Date.parse(`${day}T${clock}${offset}`);
  return Number.isNaN(epochMs) || epochMs < 0 ? undefined : epochMs;
}
