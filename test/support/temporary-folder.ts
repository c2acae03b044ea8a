// Where tests may write.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

/** A folder that is gone after the tests. To be made where they are described, not while one runs. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'fleetday-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
