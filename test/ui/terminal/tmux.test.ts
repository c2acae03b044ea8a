// One test in a real terminal: tmux runs the demo, keys are sent, and what stands on the screen is read back.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const isMissing = spawnSync('tmux', ['-V']).error !== undefined;
if (isMissing) console.warn('skipping the test in a real terminal: tmux is not installed');

describe.skipIf(isMissing)('in a real terminal', () => {
  // A server of its own, so that nobody's session or configuration is touched.
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-L', `fleetday-test-${process.pid}`, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
    });
  const runs = temporaryFolder();
  const pidFile = path.join(tmpdir(), `fleetday-test-${process.pid}`);
  const screen = (): string => tmux('capture-pane', '-p');

  /** Looks until it is there; how long that takes does not matter. */
  async function seen(what: string | RegExp): Promise<string> {
    for (let i = 0; i < 600; i++) {
      const text = screen();
      if (typeof what === 'string' ? text.includes(what) : what.test(text)) return text;
      await sleep(100);
    }
    throw new Error(`never saw ${String(what)} in\n${screen()}`);
  }

  beforeAll(() => {
    tmux('new-session', '-d', '-x', '120', '-y', '40', `env PS1="ready> " PID_FILE="${pidFile}" bash --norc`);
  });
  afterAll(() => {
    tmux('kill-server');
    rmSync(pidFile, { force: true });
  });

  test('shows the run, follows keys and size, and leaves the screen as it was', async () => {
    await seen('ready>');
    tmux('send-keys', 'clear; echo before; node --import tsx test/ui/terminal/demo.ts 60', 'Enter');
    await seen(/▶ \d/);
    tmux('send-keys', 'Space');
    // A screen may be captured while a frame is drawn.
    await seen(/❚❚ paused[^]*space resume/);
    tmux('send-keys', '?');
    await seen('┌ Help');
    tmux('send-keys', 'Escape');
    for (const [key, panel] of [
      ['2', '┌ TTFT, s'],
      ['3', '┌ Fleet'],
      ['4', '┌ Decisions'],
      ['5', '┌ Ledger'],
      ['6', '▸ ·'],
      ['1', '┌ SLO'],
    ]) {
      tmux('send-keys', key);
      await seen(panel);
    }
    tmux('send-keys', 'e');
    await seen('‹ burst of traffic ›');
    tmux('send-keys', 'Down', 'Right', 'Enter');
    await seen('ordered: burst ×5 for 10 min');
    tmux('send-keys', '6', 'Space');
    await seen('injected: burst ×5 for 10 min');
    tmux('send-keys', 'Space', '1');
    await seen('❚❚ paused');
    tmux('send-keys', 'Left');
    await seen('◂00:');
    tmux('send-keys', 'End');
    tmux('resize-window', '-x', '80', '-y', '24');
    const small = (await seen(/^ chatgpt-2023.*\n┌ Traffic.{70}┐$[^]*space resume/m)).split('\n');
    expect(small[23]).toContain('space resume');
    tmux('resize-window', '-x', '130', '-y', '45');
    await seen(/^┌ SLO/m);
    tmux('send-keys', 'q');
    const after = await seen('last status: stopped');
    expect(after).toMatch(/^before\nlast status: stopped/);
    expect(tmux('display', '-p', '#{alternate_on}#{cursor_flag}').trim()).toBe('01');
    tmux('send-keys', 'stty -a', 'Enter');
    expect(await seen('icanon')).toMatch(/(^|\s)echo\s/m);
  });

  test('shows two finished runs side by side, and one above the other when it becomes narrow', async () => {
    const [a, b] = ['a', 'b'].map((name) => path.join(runs, name));
    const small = 'scenarios/small-chat.yaml --set duration=30m --quiet --out';
    execFileSync('bash', [
      '-c',
      `node dist/cli/main.js run ${small} ${a} && node dist/cli/main.js run --set fleet.pools[0].replicas=24 ${small} ${b}`,
    ]);
    tmux('resize-window', '-x', '160', '-y', '50');
    tmux('send-keys', `clear; node dist/cli/main.js watch ${a} ${b}`, 'Enter');
    await seen(/^ a {2}a ─+ +b {2}b ─+$/m);
    expect(await seen('✔ finished')).toMatch(/replicas +48 +24 +−50\.0 %/);
    tmux('resize-window', '-x', '80', '-y', '24');
    expect(await seen(/^ b {2}b ─+$/m)).toMatch(/^ a {2}a ─+$/m);
    tmux('send-keys', 'q');
    await seen('ready>');
  });

  test('gives the terminal back when it is terminated, and when it crashes', async () => {
    const isRestored = (): boolean => tmux('display', '-p', '#{alternate_on}#{cursor_flag}').trim() === '01';
    // The shell's own child is node, so its process id is known.
    tmux(
      'send-keys',
      'clear; (echo $BASHPID > "$PID_FILE"; exec node --import tsx test/ui/terminal/demo.ts 60)',
      'Enter',
    );
    await seen(/▶ \d/);
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGTERM');
    await seen('Terminated');
    expect(isRestored()).toBe(true);
    tmux('send-keys', 'clear; node --import tsx test/ui/terminal/demo.ts 60 throw', 'Enter');
    await seen('Error: thrown by the demo');
    expect(isRestored()).toBe(true);
  });
});
