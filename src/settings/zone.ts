// Whether a text names a time zone of Node's own data.

/** Making a formatter takes long, and a scenario asks for the same few zones again and again. */
const known = new Map<string, boolean>();
const KNOWN_MAX = 1000;

export function isZone(name: string): boolean {
  let is = known.get(name);
  if (is === undefined) {
    is = isKnownToNode(name);
    if (known.size < KNOWN_MAX) known.set(name, is);
  }
  return is;
}

/** Offsets such as +02:00 are zones to newer versions of Node only. */
function isKnownToNode(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && Boolean(new Intl.DateTimeFormat('en-US', { timeZone: name }));
  } catch {
    return false;
  }
}
