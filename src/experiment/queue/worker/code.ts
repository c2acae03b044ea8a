// What a point would have this worker run besides fleetday: policies that are modules or programs. A scenario of one's
// own may name them; what comes over a network may not, unless whoever starts the worker says so. Looked for in the
// scenario itself, because the list of files that comes with it proves nothing.
import { parse } from 'yaml';
import { LastUsed } from '../../../kernel/last-used.ts';
import { isPolicyModule } from '../../../scenario/schema/autoscaling.ts';

/** By text but for seeds, which are no code: reading a scenario is most of what the queue costs a point. */
const known = new LastUsed<string[]>(256);

/** As the resolved scenario writes them. */
export function codeIn(resolvedYaml: string): string[] {
  const key = resolvedYaml.replaceAll(/^seed: \d+$/gm, 'seed:');
  const found = known.get(key) ?? codeRead(resolvedYaml);
  known.set(key, found);
  return found;
}

function codeRead(resolvedYaml: string): string[] {
  const found: string[] = [];
  const look = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { policy } = node as { policy?: unknown };
    if (typeof policy === 'string' && isPolicyModule(policy)) found.push(policy);
    else if (typeof policy === 'object' && policy !== null && 'command' in policy)
      found.push([policy.command].flat().join(' '));
    for (const [key, value] of Object.entries(node)) {
      // The short form: a policy's name, or a module, in the place of the mapping.
      if (key === 'autoscaling' && typeof value === 'string' && isPolicyModule(value)) found.push(value);
      look(value);
    }
  };
  look(parse(resolvedYaml));
  return found;
}
