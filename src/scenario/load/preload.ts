// Loads what a scenario needs of the program before it is read: its scaling policies, where it names any. Looks at the text
// only, so it may load too much; a text with escapes may name anything in letters that are not there, and loads all.
import { readFile, stat } from 'node:fs/promises';
import {
  loadManifestReader,
  loadScalingPolicies,
  POLICY_ALIASES,
  SCALING_POLICY_NAMES,
} from '../../policies/scaling/registry.ts';

/** Larger is no scenario. */
const BYTES_MAX = 10_000_000;

/** What is no file, or cannot be read, is told of by who reads it. */
export async function preload(filePath: string, overrides: readonly string[]): Promise<void> {
  const file = await stat(filePath).catch(() => undefined);
  const isReadable = file?.isFile() && file.size <= BYTES_MAX;
  const text = isReadable ? await readFile(filePath, 'utf8').catch(() => '') : '';
  await preloadFor([text, ...overrides].join('\n'));
}

/** `text`: everything that may name a policy. */
export async function preloadFor(text: string): Promise<void> {
  if (text.includes('\\')) return preloadAll();
  if (!text.includes('autoscaling')) return;
  const isManifest = text.includes('manifest');
  if (isManifest) await loadManifestReader();
  const names = SCALING_POLICY_NAMES.filter((name) => isManifest || text.includes(name));
  const aliased = Object.keys(POLICY_ALIASES).filter((alias) => text.includes(alias));
  await loadScalingPolicies([...names, ...aliased.map((alias) => POLICY_ALIASES[alias])]);
}

/** Whatever it may be. */
export async function preloadAll(): Promise<void> {
  await Promise.all([loadManifestReader(), loadScalingPolicies()]);
}
