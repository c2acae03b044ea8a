// A policy that is a program: one line of JSON in, one line out, while simulated time stands still. It is started when it
// is first asked and ended with the run. Who is late is asked again all the same, and the late line is thrown away when
// it comes; after some time-outs in a row it is given up. What it writes to standard error is shown as it comes.
import { spawn } from 'node:child_process';
import { checkedAnswer } from '../../control/external/answer.ts';
import type { OutsideAnswer, OutsidePolicy, Question } from '../../control/external/outside.ts';
import type { OwnPolicySpec } from '../../control/spec.ts';
import { UserError } from '../../kernel/user-error.ts';

export type ProgramSpec = Extract<OwnPolicySpec, { kind: 'program' }>;

/** Then nobody can be expected to wait any longer. */
const LATE_IN_A_ROW_MAX = 5;
const LINE_LETTERS_MAX = 1 << 20;
/** For a program to end by itself once its input is closed. */
const END_PATIENCE_MS = 500;

type Line = { text: string } | { ended: string; bySignal: boolean; isUnstartable?: boolean };

export function programPolicy(spec: ProgramSpec): OutsidePolicy {
  let program: Program | undefined;
  let lateInARow = 0;
  return {
    name: spec.command.join(' '),
    needs: () => spec.needs,
    intervalSeconds: () => spec.intervalSeconds,
    start: () => null,
    ask: async (question) => {
      if (lateInARow >= LATE_IN_A_ROW_MAX) {
        await program?.end();
        return failure('dead', `given up after ${LATE_IN_A_ROW_MAX} late answers in a row`, true);
      }
      program ??= startProgram(spec.command);
      const line = await program.ask(asked(question), spec.timeoutSeconds * 1000);
      lateInARow = line === undefined ? lateInARow + 1 : 0;
      if (line === undefined) return failure('late', `none within ${spec.timeoutSeconds} s`, true);
      if ('text' in line) return answerIn(line.text, question.state);
      if (line.isUnstartable)
        throw new UserError(`${spec.command.join(' ')}: ${line.ended}; check autoscaling.policy`);
      return failure('dead', line.ended, line.bySignal);
    },
    close: async () => {
      await program?.end();
    },
  };
}

function asked(question: Question): string {
  return `${JSON.stringify(question)}\n`;
}

function answerIn(text: string, state: unknown): OutsideAnswer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return failure('invalid', `the line is no JSON: ${JSON.stringify(text.slice(0, 60))}`);
  }
  const checked = checkedAnswer(value, state);
  if ('problem' in checked) return failure('invalid', `the answer ${checked.problem}`);
  return { kind: 'answer', recommendation: checked.recommendation };
}

function failure(kind: 'late' | 'invalid' | 'dead', reason: string, dependsOnClock = false): OutsideAnswer {
  return { kind, reason, dependsOnClock };
}

interface Program {
  /** The answer to this question; undefined if there is none in time. */
  ask(line: string, timeoutMs: number): Promise<Line | undefined>;
  end(): Promise<void>;
}

function startProgram([file, ...args]: readonly string[]): Program {
  // In a group of its own: Ctrl-C stops the run, which saves its state while the program still answers.
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  let waiting: ((line: Line) => void) | undefined;
  let ended: Extract<Line, { ended: string }> | undefined;
  /** Lines still to come from questions that nobody waits for any more. */
  let owed = 0;
  let rest = '';
  const gone = new Promise<void>((resolve) => {
    const note = (how: Exclude<Line, { text: string }>) => {
      ended ??= how;
      waiting?.(ended);
      resolve();
    };
    child.on('error', ({ message }) => {
      note({
        ended: `cannot be started (${message})`,
        bySignal: false,
        isUnstartable: child.pid === undefined,
      });
    });
    // `close`: all that it wrote has been read.
    child.on('close', (code, signal) => {
      const how = signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`;
      note({ ended: how, bySignal: signal !== null });
    });
  });
  // A program that ended is told by `close`, not by a broken pipe.
  child.stdin.on('error', () => {});
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (line.trim() === '') continue;
      if (owed > 0) owed--;
      else if (waiting) waiting({ text: line });
      else {
        // Whose answer the next line would be, nobody could tell.
        ended ??= { ended: 'it wrote a line that nobody asked for', bySignal: true };
        child.kill('SIGKILL');
      }
    }
    if (rest.length > LINE_LETTERS_MAX) child.kill('SIGKILL');
  });
  return {
    ask: (line, timeoutMs) =>
      new Promise((resolve) => {
        if (ended !== undefined) {
          resolve(ended);
          return;
        }
        const timer = setTimeout(() => {
          waiting = undefined;
          owed++;
          resolve(undefined);
        }, timeoutMs);
        waiting = (answer) => {
          waiting = undefined;
          clearTimeout(timer);
          resolve(answer);
        };
        child.stdin.write(line);
      }),
    end: async () => {
      child.stdin.end();
      const impatience = setTimeout(() => child.kill('SIGKILL'), END_PATIENCE_MS);
      await gone;
      clearTimeout(impatience);
    },
  };
}
