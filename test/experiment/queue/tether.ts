// A process that does not outlive the one that started it, even if that is killed: a shell holds a pipe to the starter,
// and kills the process when the pipe closes.
import { spawn, type ChildProcess } from 'node:child_process';

export function tether(child: ChildProcess): void {
  const script = 'cat >/dev/null; kill -9 "$1" 2>/dev/null';
  const shell = spawn('sh', ['-c', script, 'sh', String(child.pid)], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.once('exit', () => {
    // First the shell: its process number might be another's when the pipe closes.
    shell.once('exit', () => shell.stdin.destroy());
    shell.kill('SIGKILL');
  });
  shell.stdin.on('error', () => {});
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
}
