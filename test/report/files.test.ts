import { execFileSync } from 'node:child_process';
import fs, { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../src/kernel/user-error.ts';
import {
  defaultOutDir,
  prepareOutput,
  RESULT_FILES,
  writeResults,
  type ResultFiles,
} from '../../src/report/files.ts';

/** Called before every operation that changes the disk; a test makes it throw. */
const fault = vi.hoisted(() => ({ before: (_operation: string) => {} }));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const guarded = (['mkdirSync', 'writeFileSync', 'renameSync', 'rmSync', 'rmdirSync'] as const).map(
    (name) => [
      name,
      (...args: unknown[]) => {
        fault.before(name);
        return Reflect.apply(real[name], undefined, args) as unknown;
      },
    ],
  );
  return { ...real, ...(Object.fromEntries(guarded) as object) };
});

/** Of a run that scales, unless it is said. */
const files = (version: string, partial = false, scales = true): ResultFiles => {
  const names = RESULT_FILES.filter((name) => scales || name !== 'scaling.csv');
  return {
    ...(Object.fromEntries(names.map((name) => [name, version])) as ResultFiles),
    'summary.json': JSON.stringify({ version, partial }),
  };
};

const oldStatic = files('old static', false, false);

/** The version that the folder holds, whole; undefined without a summary; throws where the set is mixed. */
function versionIn(dir: string): string | undefined {
  const summary = path.join(dir, 'summary.json');
  if (!existsSync(summary)) return undefined;
  const { version } = JSON.parse(readFileSync(summary, 'utf8')) as { version: string };
  for (const name of RESULT_FILES.filter((name) => name !== 'summary.json')) {
    const file = path.join(dir, name);
    if (name === 'scaling.csv' && version.includes('static')) expect(existsSync(file)).toBe(false);
    else expect(readFileSync(file, 'utf8')).toBe(version);
  }
  return version;
}

/** The message for the user. */
function refused(dir: string): string {
  try {
    prepareOutput(dir, { force: false });
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  }
  return expect.unreachable();
}

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'fleetday-files-'));
});

afterEach(() => {
  fault.before = () => {};
  fs.rmSync(root, { recursive: true, force: true });
});

describe('the folder of results', () => {
  it('is named after scenario, seed and hash, safely', () => {
    const run = { name: 'chatgpt-2023', seed: 42, hash: '0a1b2c3d' };
    expect(defaultOutDir('out', run)).toBe('out/chatgpt-2023-42-0a1b2c3d');
    expect(defaultOutDir('out', { ...run, name: '../../etc/a day; rm -rf' })).toBe(
      'out/etc-a-day-rm--rf-42-0a1b2c3d',
    );
    expect(defaultOutDir('out', { ...run, name: '..' })).toBe('out/scenario-42-0a1b2c3d');
  });

  it('is made with its parents, and holds the files and nothing else', () => {
    const dir = path.join(root, 'a/b');
    prepareOutput(dir, { force: false });
    expect(existsSync(dir)).toBe(false);
    writeResults(dir, files('1'));
    expect(versionIn(dir)).toBe('1');
    expect(readdirSync(dir).toSorted()).toEqual([...RESULT_FILES].toSorted());
    expect(readdirSync(path.dirname(dir))).toEqual(['b']);
  });

  it('is not overwritten without force, unless it is marked partial', () => {
    writeResults(root, files('1'));
    expect(() => prepareOutput(root, { force: false })).toThrow('holds results already; give --force');
    prepareOutput(root, { force: true });
    writeResults(root, files('2', true));
    prepareOutput(root, { force: false });
    writeResults(root, files('3'));
    expect(versionIn(root)).toBe('3');
  });

  it('is not overwritten without force where its summary is damaged', () => {
    writeFileSync(path.join(root, 'summary.json'), '{"partial": tr');
    expect(() => prepareOutput(root, { force: false })).toThrow(UserError);
  });

  it('loses the scaling.csv of a run that scaled to one that does not', () => {
    writeResults(root, files('1'));
    writeResults(root, files('2 static', false, false));
    expect(versionIn(root)).toBe('2 static');
    expect(readdirSync(root)).toHaveLength(RESULT_FILES.length - 1);
  });

  it('keeps every other file in it', () => {
    writeFileSync(path.join(root, 'notes.txt'), 'mine');
    mkdirSync(path.join(root, 'plots'));
    for (const version of ['1', '2']) {
      prepareOutput(root, { force: true });
      writeResults(root, files(version));
    }
    expect(versionIn(root)).toBe('2');
    expect(readdirSync(root).toSorted()).toEqual([...RESULT_FILES, 'notes.txt', 'plots'].toSorted());
    expect(readFileSync(path.join(root, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('may be the working directory', () => {
    const before = process.cwd();
    process.chdir(root);
    try {
      prepareOutput('.', { force: false });
      writeResults('.', files('1'));
      expect(versionIn(root)).toBe('1');
    } finally {
      process.chdir(before);
    }
  });

  it('may not have a folder where a file goes', () => {
    mkdirSync(path.join(root, 'windows.csv'));
    expect(() => prepareOutput(root, { force: true })).toThrow('a folder named windows.csv is in the way');
  });
});

describe('a folder that cannot be written', () => {
  it('is refused with the remedy: a file, under a file, a dangling or circular link, too long a name', () => {
    const file = path.join(root, 'file');
    writeFileSync(file, '');
    fs.symlinkSync(path.join(root, 'nowhere/deep'), path.join(root, 'dangling'));
    fs.symlinkSync(path.join(root, 'circle'), path.join(root, 'circle'));
    expect(refused(file)).toBe(
      `cannot write results to ${file}: a file or a dangling link is in the way; move it, or give another --out`,
    );
    expect(refused(path.join(file, 'out'))).toContain('a part of this path is a file, not a folder');
    expect(refused(path.join(root, 'dangling/out'))).toContain('a dangling link is in the way');
    expect(refused(path.join(root, 'circle/out'))).toContain('circle of links');
    expect(refused(path.join(root, 'x'.repeat(256)))).toContain('the name is too long');
    expect(refused('')).toContain('no folder can be made there');
  });

  it.each([
    ['EACCES', 'no permission'],
    ['EROFS', 'read-only'],
    ['ENOSPC', 'the disk is full; make room'],
    ['EIO', 'give another --out'],
  ])('is refused on %s, and leaves nothing behind', (code, message) => {
    const dir = path.join(root, 'out');
    fault.before = (operation) => {
      if (operation === 'writeFileSync') throw systemError(code);
    };
    expect(refused(dir)).toContain(message);
    expect(readdirSync(root)).toEqual([]);
  });

  it('does not hide a bug of ours', () => {
    fault.before = () => {
      throw new TypeError('a bug');
    };
    expect(() => prepareOutput(root, { force: false })).toThrow(TypeError);
  });
});

describe('writing results', () => {
  it('that fails at any file leaves the old ones whole and nothing else', () => {
    writeResults(root, files('old'));
    for (let failAt = 1; failAt <= RESULT_FILES.length; failAt++) {
      let written = 0;
      fault.before = (operation) => {
        if (operation === 'writeFileSync' && ++written === failAt) throw systemError('ENOSPC');
      };
      expect(() => writeResults(root, files('new'))).toThrow('the disk is full; make room');
      expect(versionIn(root)).toBe('old');
      expect(readdirSync(root)).toHaveLength(RESULT_FILES.length);
    }
  });

  it.each([
    ['new', 'scaled'],
    ['existing', 'scaled'],
    ['new', 'static'],
    ['existing', 'static'],
  ])(
    'into a folder (%s) of a %s run may die at any operation: the next run finds a whole set',
    (kind, run) => {
      const next = files(`new ${run}`, false, run === 'scaled');
      const outcomes = new Set<string | undefined>();
      let operations = Infinity;
      for (let dieAt = 1; dieAt <= operations; dieAt++) {
        const dir = path.join(root, `${kind}-${dieAt}`);
        fault.before = () => {};
        // Old and new differ in what files they have.
        if (kind === 'existing') writeResults(dir, run === 'static' ? files('old') : oldStatic);
        let done = 0;
        fault.before = () => {
          if (++done >= dieAt) throw new Error('killed'); // And so does all clearing up after it.
        };
        try {
          writeResults(dir, next);
          operations = done;
        } catch (error) {
          expect(String(error)).toContain('killed');
        }
        fault.before = () => {};
        versionIn(dir); // Whole, if there is a summary.
        prepareOutput(dir, { force: true });
        const version = versionIn(dir);
        outcomes.add(version);
        const left = existsSync(dir) ? readdirSync(dir).length : 0;
        const missing = version?.includes('static') ? 1 : 0;
        expect(left).toBe(version === undefined ? 0 : RESULT_FILES.length - missing);
        writeResults(dir, files('next'));
        expect(readdirSync(dir)).toHaveLength(RESULT_FILES.length);
        expect(readdirSync(root).filter((name) => name.startsWith('.'))).toEqual([]);
      }
      const old = run === 'static' ? 'old' : 'old static';
      expect(outcomes).toEqual(new Set([kind === 'existing' ? old : undefined, `new ${run}`]));
    },
  );
});

describe('a disk that is full', () => {
  const canMount = mountTmpfs();
  if (!canMount) console.warn('skipping the test on a full disk: mounting a tmpfs needs root');

  it.skipIf(!canMount)(
    'is found before the run or after it, names the remedy, and spares old results',
    () => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', root]);
      try {
        const dir = path.join(root, 'out');
        prepareOutput(dir, { force: false });
        writeResults(dir, files('old'));
        const large = { ...files('new'), 'windows.csv': 'x'.repeat(600_000) };
        expect(() => writeResults(dir, large)).toThrow(`cannot write results to ${dir}: the disk is full`);
        expect(() => writeResults(path.join(root, 'other'), large)).toThrow('the disk is full');
        expect(readdirSync(root)).toEqual(['out']);
        expect(versionIn(dir)).toBe('old');
        writeFileSync(path.join(root, 'ballast'), Buffer.alloc(450_000));
        expect(() => prepareOutput(dir, { force: true })).toThrow('the disk is full');
        expect(versionIn(dir)).toBe('old');
        // The mount point itself cannot be renamed, but written to.
        fs.rmSync(path.join(root, 'ballast'));
        writeResults(root, files('here'));
        expect(versionIn(root)).toBe('here');
      } finally {
        execFileSync('umount', [root]);
      }
    },
  );
});

function mountTmpfs(): boolean {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'fleetday-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir], { stdio: 'ignore' });
    execFileSync('umount', [dir]);
    return true;
  } catch {
    return false;
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code, syscall: 'write' });
}
