// The resolved scenario as YAML: every key in the schema's order, plain numbers in their documented units, which are
// noted beside them. Reading it gives the same scenario and the same text.
import { Document, isScalar, visit } from 'yaml';
import type { CompleteFile } from './load/resolve.ts';
import { scenarioFile } from './schema.ts';
import { unitsByPath } from './units.ts';

export function resolvedText(file: CompleteFile): string {
  // Parsing puts the keys in order; what is complete does not change by it.
  const document = new Document(scenarioFile.parse(file));
  const units = unitsByPath();
  visit(document, {
    Pair(_, pair, ancestors) {
      if (!isScalar(pair.value) || typeof pair.value.value !== 'number') return;
      const keys = [...ancestors, pair].flatMap((node) =>
        'key' in node && isScalar(node.key) ? [String(node.key.value)] : [],
      );
      const unit = units.get(keys.join('.'));
      if (unit) pair.value.comment = ` ${unit}`;
    },
  });
  document.commentBefore = ' A fleetday scenario with every default written out.';
  return document.toString({ lineWidth: 0 });
}
