// Where a worker has the files of a point: at the path that the point names, in the worker's folder, or fetched from the
// queue into that folder. By contents alone: a file of the same name with others is passed over.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../../../kernel/user-error.ts';
import type { SweepPoint } from '../../sweep/point.ts';
import type { Connection } from '../server/connect.ts';
import { downloadFile } from '../files.ts';

export interface Places {
  /** By SHA-256. UserError where one is nowhere to be had. */
  of(point: SweepPoint): Promise<Record<string, string>>;
}

export function createPlaces(connection: Connection, folder: string): Places {
  const hashes = new Map<string, { stamp: string; sha256: string }>();
  const downloads = new Map<string, Promise<boolean>>();

  /** Read again only when it has changed. */
  async function hasContents(path: string, sha256: string): Promise<boolean> {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) return false;
    const stamp = `${found.size} ${found.mtimeMs} ${found.ino}`;
    const known = hashes.get(path);
    if (known?.stamp === stamp) return known.sha256 === sha256;
    const hash = createHash('sha256');
    try {
      for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    } catch {
      return false;
    }
    const contents = hash.digest('hex');
    hashes.set(path, { stamp, sha256: contents });
    return contents === sha256;
  }

  async function placeOf({ path, sha256 }: SweepPoint['files'][number]): Promise<string> {
    const name = basename(path);
    // Its own folder, because what a module is called matters, and because of two of the same name.
    const fetched = join(folder, sha256, name);
    for (const place of [path, join(folder, name), fetched]) {
      if (await hasContents(place, sha256)) return place;
    }
    const download =
      downloads.get(sha256) ??
      downloadFile(connection, sha256, fetched).finally(() => downloads.delete(sha256));
    downloads.set(sha256, download);
    if (await download) return fetched;
    throw new UserError(
      `${path}: neither this worker nor the queue has the file with these contents (SHA-256 ${sha256}); ` +
        'put it into a folder that the worker sees and start it with --files',
    );
  }

  return {
    of: async (point) => {
      const places: Record<string, string> = {};
      for (const file of point.files) places[file.sha256] = await placeOf(file);
      return places;
    },
  };
}
