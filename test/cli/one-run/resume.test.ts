// Interrupting a run and going on with it, as its users do.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { contents, fleetday, QUICK, RESULTS, startFleetday, type Outcome } from '../cli.ts';

const CHECKPOINT = 'fleetday.checkpoint';

describe('fleetday resume', () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'long.yaml'), QUICK.replace('duration: 2m', 'duration: 12h'));
  writeFileSync(path.join(folder, 'other.yaml'), QUICK.replace('duration: 2m', 'duration: 13h'));
  const at = (...names: string[]) => path.join(folder, ...names);

  /** A run that gets that signal once it has saved itself. */
  async function interrupted(out: string, signal: NodeJS.Signals, scenario = 'long.yaml'): Promise<Outcome> {
    const run = ['run', scenario, '--plain', '--threads', '1', '--out', out, '--checkpoint', 'every=10m'];
    const { child, outcome } = startFleetday(run, { cwd: folder });
    while (!existsSync(at(out, CHECKPOINT))) await sleep(2);
    child.kill(signal);
    return outcome;
  }

  it('goes on with a run that was interrupted, named by its last line, to the same bytes', async () => {
    expect(fleetday(['run', 'long.yaml', '--quiet', '--out', 'whole'], { cwd: folder }).code).toBe(0);
    const { code, stdout, stderr } = await interrupted('broken', 'SIGTERM');
    expect({ code, stderr }).toEqual({ code: 143, stderr: '' });
    expect(stdout).toMatch(/PARTIAL: stopped after .* of 12 h/);
    expect(stdout).toMatch(/\nGo on with: fleetday resume broken\n$/);
    expect(Object.keys(contents(at('broken')))).toEqual([CHECKPOINT, ...RESULTS].toSorted());
    const resumed = fleetday(['resume', 'broken', '--plain', '--threads', '2'], { cwd: folder });
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(resumed.stdout).toContain('Files in broken');
    expect(contents(at('broken'))).toEqual(contents(at('whole')));
    const again = fleetday(['resume', 'broken'], { cwd: folder });
    expect(again).toEqual({
      code: 2,
      stdout: '',
      stderr: 'broken: this run has finished, there is nothing to go on with\n',
    });
  });

  it('goes on from the last checkpoint of a run that was killed', async () => {
    await interrupted('killed', 'SIGKILL');
    expect(existsSync(at('killed', 'summary.json'))).toBe(false);
    expect(fleetday(['resume', 'killed', '--quiet'], { cwd: folder })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(contents(at('killed'))).toEqual(contents(at('whole')));
  });

  it('keeps an interrupted run from being started over unasked', async () => {
    await interrupted('kept', 'SIGINT');
    const before = contents(at('kept'));
    const again = fleetday(['run', 'long.yaml', '--out', 'kept'], { cwd: folder });
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toMatch(/^kept holds an interrupted run; go on with it .*--force to start again/);
    expect(contents(at('kept'))).toEqual(before);
    expect(fleetday(['run', 'long.yaml', '--quiet', '--force', '--out', 'kept'], { cwd: folder }).code).toBe(
      0,
    );
    expect(contents(at('kept'))).toEqual(contents(at('whole')));
  });

  it('refuses what is no whole checkpoint of this version and scenario, and leaves it alone', async () => {
    await interrupted('mine', 'SIGINT');
    await interrupted('theirs', 'SIGINT', 'other.yaml');
    const checkpoint = at('mine', CHECKPOINT);
    const whole = readFileSync(checkpoint);
    const [first, second] = whole.toString('latin1').split('\n');
    const header = first.length + second.length + 2;
    const damaged = Buffer.from(whole);
    damaged[header + 1000] ^= 4;
    for (const [bytes, complaint] of [
      [whole.subarray(0, -1), /fleetday\.checkpoint: is cut off: \d+ of \d+ bytes/],
      [damaged, /fleetday\.checkpoint: is damaged, its checksum is wrong/],
      [Buffer.from('hello\n'), /fleetday\.checkpoint: is not a checkpoint of fleetday/],
    ] as const) {
      writeFileSync(checkpoint, bytes);
      const { code, stderr } = fleetday(['resume', 'mine'], { cwd: folder });
      expect(stderr).toMatch(complaint);
      expect(code).toBe(2);
      expect(readFileSync(checkpoint).equals(bytes)).toBe(true);
    }
    copyFileSync(at('theirs', CHECKPOINT), checkpoint);
    const { code, stderr } = fleetday(['resume', 'mine'], { cwd: folder });
    expect(stderr).toMatch(/is of scenario quick .*, but the results beside it are of another one/);
    expect(code).toBe(2);
  });

  it.each([
    ['resume missing', /^missing: there is no such folder; name the folder of an interrupted run$/],
    ['resume long.yaml', /^long\.yaml: is a file; name the folder/],
    ['resume .', /^\.: holds no interrupted run/],
    ['resume', /missing required argument 'dir'/],
    ['resume . --threads 0', /^--threads: must be/],
    [
      'run long.yaml --checkpoint 5m',
      /^--checkpoint: write every=5m \(simulated time\) or wall=30s \(real time\), got "5m"$/,
    ],
    ['run long.yaml --checkpoint every=', /^--checkpoint every: is empty; write a number of seconds/],
    ['run long.yaml --checkpoint every=soon', /^--checkpoint every: is not a number of seconds/],
    ['run long.yaml --checkpoint wall=0', /^--checkpoint wall: must be at least 1 s, got "0"$/],
    ['run long.yaml --checkpoint never=5m', /^--checkpoint: write every=5m/],
  ])('is told what is wrong with: %s', (args, complaint) => {
    const { code, stderr } = fleetday(args.split(' '), { cwd: folder });
    expect(stderr.trimEnd()).toMatch(complaint);
    expect(code).toBe(2);
  });
});
