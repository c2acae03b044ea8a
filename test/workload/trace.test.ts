import fc from 'fast-check';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TICKS_PER_SECOND, ticksToSeconds } from '../../src/kernel/ticks.ts';
import { createArrivalSource } from '../../src/workload/create.ts';
import type { ShareSpec, TraceSpec, WorkloadSpec } from '../../src/workload/spec.ts';
import { TraceReader } from '../../src/workload/trace-reader.ts';
import { collectArrivals, emptyBatch } from '../support/collect-arrivals.ts';
import { referenceData, referenceDataMissing } from '../support/reference-data.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fleetday-trace-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const WHOLE: ShareSpec = { cell: 0, share: 1, shareStart: 0 };

let files = 0;
function write(content: string | Uint8Array): string {
  const file = path.join(folder, `${++files}.csv`);
  writeFileSync(file, content);
  return file;
}

interface Replay extends Partial<TraceSpec> {
  share?: ShareSpec;
  seed?: number;
  durationSeconds?: number;
}

function open(
  file: string,
  { rate = 1, loop = false, share = WHOLE, seed = 1, durationSeconds = 1e6 }: Replay = {},
) {
  const spec = { kind: 'trace', trace: { path: file, rate, loop } } as const;
  return createArrivalSource({ spec, share, seed, startEpochMs: 0, durationSeconds });
}

function resampled(file: string): WorkloadSpec {
  const arrivals = { kind: 'constant', requestsPerSecond: 1000 } as const;
  return { kind: 'synthetic', arrivals, tokens: { kind: 'resample', path: file } };
}

const replay = (file: string, options?: Replay) => collectArrivals(open(file, options));
const seconds = (atTicks: number[]) => atTicks.map(ticksToSeconds);

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A row `at` seconds after some midnight. */
const row = (at: number, prompt = 10, output = 5) =>
  `2024-02-29 00:${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')},${prompt},${output}`;

describe.skipIf(referenceDataMissing)('the Azure conversation trace', () => {
  const trace = referenceData('azure_llm_2023_conv.csv');

  it('is replayed request by request at its own times', () => {
    const { atTicks, promptTokens, outputTokens } = replay(trace);
    expect(atTicks.length).toBe(19_366);
    expect(atTicks[0]).toBe(0);
    // 18:15:46.6805900 to 19:14:08.4025270.
    expect(atTicks.at(-1)).toBe(Math.round(3501.721937 * TICKS_PER_SECOND));
    expect(atTicks[1]).toBe(Math.round(4.314579 * TICKS_PER_SECOND));
    expect([promptTokens[0], outputTokens[0]]).toEqual([374, 44]);
    expect([promptTokens.at(-1), outputTokens.at(-1)]).toEqual([197, 183]);
    expect(mean(promptTokens)).toBeCloseTo(1154.697408, 5);
    expect(mean(outputTokens)).toBeCloseTo(211.125942, 5);
  });

  it('is replayed three times as fast, and as often as the run lasts', () => {
    const fast = replay(trace, { rate: 3 });
    expect(fast.atTicks.at(-1)).toBe(Math.round((3501.721937 / 3) * TICKS_PER_SECOND));
    const gap = 3501.721937 / 19_365;
    const day = replay(trace, { loop: true, durationSeconds: 2 * (3501.721937 + gap) + 0.001 });
    expect(day.atTicks.length).toBe(2 * 19_366 + 1);
    expect(ticksToSeconds(day.atTicks[19_366])).toBeCloseTo(3501.721937 + gap, 9);
    expect(day.promptTokens.slice(19_366, 2 * 19_366)).toEqual(day.promptTokens.slice(0, 19_366));
  });

  it('is cut at the end of the run', () => {
    const minute = replay(trace, { durationSeconds: 60 });
    expect(minute.atTicks.at(-1)).toBeLessThan(60 * TICKS_PER_SECOND);
    expect(minute.atTicks).toEqual(replay(trace).atTicks.slice(0, minute.atTicks.length));
  });

  it('is dealt out to cells without loss or doubling, whatever the seed', () => {
    const thirds = [0, 1, 2].map((cell) => ({ cell, share: 1 / 3, shareStart: cell / 3 }));
    const cells = thirds.map((share) => replay(trace, { share }));
    expect(cells.flatMap(({ atTicks }) => atTicks).toSorted((a, b) => a - b)).toEqual(replay(trace).atTicks);
    for (const { atTicks } of cells) expect(Math.abs(atTicks.length - 19_366 / 3)).toBeLessThan(5 * 65.6);
    expect(replay(trace, { share: thirds[1], seed: 9 })).toEqual(cells[1]);
  });

  it('gives pairs of lengths to draw from, with its mean', () => {
    const run = { spec: resampled(trace), share: WHOLE, seed: 1, startEpochMs: 0, durationSeconds: 200 };
    const { promptTokens, outputTokens } = collectArrivals(createArrivalSource(run));
    const replayed = replay(trace);
    const rows = new Set(replayed.promptTokens.map((prompt, i) => `${prompt},${replayed.outputTokens[i]}`));
    expect(promptTokens.every((prompt, i) => rows.has(`${prompt},${outputTokens[i]}`))).toBe(true);
    expect(Math.abs(mean(promptTokens) - 1154.7)).toBeLessThan((5 * 1109) / Math.sqrt(promptTokens.length));
  });
});

describe('a trace', () => {
  it('has its columns in any order, among others, with any line ends and an optional byte order mark', () => {
    const expected = { atTicks: [0, 1.5 * TICKS_PER_SECOND], promptTokens: [10, 30], outputTokens: [20, 40] };
    const orders = [
      `${HEADER}\n2024-02-29 00:00:00,10,20\n2024-02-29 00:00:01.5,30,40\n`,
      `${HEADER}\r\n2024-02-29 00:00:00,10,20\r\n2024-02-29 00:00:01.5,30,40`,
      `\uFEFFid,GeneratedTokens, TIMESTAMP ,x,ContextTokens\na,20,2024-02-29 00:00:00,,10\nb,40,2024-02-29 00:00:01.5,,30\n`,
    ];
    for (const content of orders) expect(replay(write(content))).toEqual(expected);
  });

  it('has time stamps with up to nine decimals and with offsets, exact to the tick', () => {
    const times = [
      '2023-12-31 23:59:59.9999999',
      '2024-01-01T00:00:00Z',
      '2024-01-01 00:00:00.003948+00:00',
      '2024-01-01 02:00:00.5+02:00',
      '2023-12-31 19:30:00.750000001-0430',
      '2024-02-29 00:00:00',
      '2024-03-01 00:00:00',
    ];
    const file = write([HEADER, ...times.map((time) => `${time},1,1`)].join('\n'));
    const decimals = [0, 1e-7, 0.0039481, 0.5000001, 0.750000101, 59 * 86_400 + 1e-7, 60 * 86_400 + 1e-7];
    expect(replay(file, { durationSeconds: 1e7 }).atTicks).toEqual(
      decimals.map((decimal) => Math.round(decimal * TICKS_PER_SECOND)),
    );
  });

  it('knows the calendar as Date does', () => {
    const instant = fc.date({
      min: new Date('0001-01-01Z'),
      max: new Date('9999-12-31Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instant, (date) => {
        const reader = new TraceReader(write(`${HEADER}\n${date.toISOString()},1,1`));
        reader.next();
        expect(reader.epochSeconds * 1000 + reader.nanoseconds / 1e6).toBe(date.getTime());
      }),
    );
  });

  it('keeps equal times and starts again one mean gap after its end', () => {
    const file = write([HEADER, row(0, 1), row(0, 2), row(4, 3), row(9, 4)].join('\n'));
    const looped = replay(file, { loop: true, durationSeconds: 30 });
    expect(seconds(looped.atTicks)).toEqual([0, 0, 4, 9, 12, 12, 16, 21, 24, 24, 28]);
    expect(looped.promptTokens).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3]);
    expect(seconds(replay(file, { rate: 0.5 }).atTicks)).toEqual([0, 0, 8, 18]);
  });

  it('gives the same whatever the size of the batches and the times asked for', () => {
    const file = write([HEADER, ...Array.from({ length: 60 }, (_, i) => row(i >> 1, i + 1))].join('\n'));
    const share = { cell: 1, share: 0.5, shareStart: 0.25 };
    const whole = replay(file, { share, loop: true, durationSeconds: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.nat(110)), (capacity, times) => {
        const until = [...times.toSorted((a, b) => a - b).map((time) => time * TICKS_PER_SECOND), Infinity];
        const source = open(file, { share, loop: true, durationSeconds: 100 });
        expect(collectArrivals(source, capacity, until)).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('larger than the reader is streamed in constant memory', () => {
    const rows = 300_000;
    const file = path.join(folder, 'large.csv');
    const handle = openSync(file, 'w');
    writeSync(handle, `${HEADER},note\n`);
    for (let minute = 0; minute < 60; minute++) {
      const line = `${row(minute * 60 + 7, 123, 45)},${'padding '.repeat(4)}\n`;
      writeSync(handle, line.repeat(rows / 60));
    }
    closeSync(handle);
    const source = open(file);
    const batch = emptyBatch(4096);
    source.fill(batch, Infinity);
    const before = process.memoryUsage();
    let count = batch.count;
    for (source.fill(batch, Infinity); batch.count > 0; source.fill(batch, Infinity)) count += batch.count;
    const after = process.memoryUsage();
    expect(count).toBe(rows);
    expect(after.arrayBuffers + after.external - before.arrayBuffers - before.external).toBeLessThan(1e6);
  });
});

describe('a wrong trace', () => {
  const rows = (...lines: string[]) => [HEADER, ...lines].join('\n');
  const wrong: [string, string | Uint8Array, RegExp][] = [
    ['an empty file', '', /: is empty; it begins with a header/],
    ['a header alone', `${HEADER}\n`, /:1: no request follows the header/],
    [
      'a missing column',
      'TIMESTAMP,ContextTokens\n1,2\n',
      /:1: no column GeneratedTokens in the header "TIME/,
    ],
    ['several missing columns', 'a,b\n', /:1: no column TIMESTAMP, ContextTokens, GeneratedTokens/],
    ['a column twice', `${HEADER},TIMESTAMP\n`, /:1: TIMESTAMP is twice in the header; rename/],
    ['UTF-16', Buffer.from(`\uFEFF${HEADER}\n`, 'utf16le'), /:1: is not text.*UTF-16/],
    ['a compressed file', Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3, 10, 0), /:1: is not text; unpack/],
    ['an endless line', 'x'.repeat(200_000), /:1: is longer than 16384 bytes/],
    ['an endless later line', rows(row(0), `${row(1)}${'0'.repeat(20_000)}`), /:3: is longer than/],
    ['a truncated line', rows(row(0), '2024-02-29 00:0'), /:3: has 1 of 3 fields; the line is truncated/],
    ['too many fields', rows(`${row(0)},7,8`), /:2: has 5 of 3 fields/],
    ['a blank line', rows(row(0), '', row(1)), /:3: has 1 of 3 fields/],
    ['unsorted time stamps', rows(row(0), row(5), row(4)), /:4: is earlier than the line before; sort/],
    ['text for a number', rows('2024-02-29 00:00:00,many,5'), /:2: ContextTokens is "many"; it is a whole/],
    ['no number', rows('2024-02-29 00:00:00,5,'), /:2: GeneratedTokens is ""/],
    ['NaN', rows('2024-02-29 00:00:00,NaN,5'), /:2: ContextTokens is "NaN"/],
    ['Infinity', rows('2024-02-29 00:00:00,5,Infinity'), /:2: GeneratedTokens is "Infinity"/],
    ['a negative number', rows(row(0, -3)), /:2: ContextTokens is "-3"/],
    ['a fraction', rows(row(0, 1.5)), /:2: ContextTokens is "1.5"/],
    ['no prompt', rows(row(0, 0)), /:2: ContextTokens is "0"; it is a whole number from 1 to 1000000/],
    ['no output', rows(row(0), row(1, 5, 0)), /:3: GeneratedTokens is "0".*remove the line/],
    ['a huge number', rows(row(0, 5, 1_000_001)), /:2: GeneratedTokens is "1000001"/],
    ['a gigantic number', rows(`${row(0)}${'9'.repeat(400)}`), /:2: GeneratedTokens is "5999.*…"/],
    ['binary content later', rows(row(0), '\0\x01,\x02,\x03'), /:3: TIMESTAMP is "\\u0000\\u0001"/],
  ];
  const times = ['', 'yesterday', '2023-02-29 00:00:00', '2023-13-01 00:00:00', '2023-00-01 00:00:00']
    .concat(['2023-01-32 00:00:00', '2023-01-00 00:00:00', '2023-01-01 24:00:00', '2023-01-01 00:60:00'])
    .concat([
      '2023-01-01 00:00:60',
      '2023-01-01 00:00:00.',
      '2023-01-01 00:00:00.1234567891',
      '2023-1-1 00:00:00',
    ])
    .concat([
      '2023-01-01 00:00:00+',
      '2023-01-01 00:00:00+1:00',
      '2023-01-01 00:00:00Z0',
      '2023-01-01 00:00:00 UTC',
    ])
    .concat(['1700000000', '2023/01/01 00:00:00', '2023-01-01 00:00:00+25:00', '2023-01-01 -1:00:00']);

  it.each(wrong)('is refused: %s', (_name, content, message) => {
    const file = write(content);
    expect(() => replay(file)).toThrow(message);
    expect(() => replay(file)).toThrow(file);
  });

  it.each(times)('is refused: the time stamp "%s"', (time) => {
    expect(() => replay(write(rows(`${time},1,1`)))).toThrow(
      /:2: TIMESTAMP is ".*"; write it like 2023-11-16/,
    );
  });

  it('is refused where it is no file at all', () => {
    expect(() => open(path.join(folder, 'nowhere.csv'))).toThrow(/nowhere.csv: no such file; check the path/);
    expect(() => open(path.join(folder, 'a', '..', '..', path.basename(folder)))).toThrow(/is a directory/);
    mkdirSync(path.join(folder, 'dir.csv'));
    expect(() => open(path.join(folder, 'dir.csv'))).toThrow(/is a directory; name the file in it/);
    expect(() => open('/dev/zero')).toThrow(/is not a regular file/);
  });

  it('is refused when its requests all come at once and are to be repeated', () => {
    for (const lines of [[row(3)], [row(3), row(3)]]) {
      expect(() => replay(write(rows(...lines)), { loop: true })).toThrow(
        /cannot be repeated; set loop: false/,
      );
      expect(replay(write(rows(...lines))).atTicks.length).toBe(lines.length);
    }
  });

  it('is refused when its repetitions would never come to an end', () => {
    const file = write(rows(row(0), row(1)));
    expect(() => replay(file, { loop: true, rate: 2e7, durationSeconds: 1 })).toThrow(
      /\.csv:3: repeats more than 10000000 requests a second; lower its rate/,
    );
  });

  it('is noticed before anything is simulated only in its first lines, later when it is reached', () => {
    const file = write(rows(...Array.from({ length: 100 }, (_, i) => row(i)), 'broken'));
    expect(replay(file, { durationSeconds: 50 }).atTicks.length).toBe(50);
    expect(() => replay(file)).toThrow(/:102: has 1 of 3 fields/);
  });

  it('is noticed when it changes or vanishes while it is read', () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => row(Math.floor(i / 10)));
    const growing = write(rows(...lines));
    const source = open(growing);
    const batch = emptyBatch(10);
    source.fill(batch, Infinity);
    appendFileSync(growing, `\n${row(3000)}`);
    expect(() => collectArrivals(source)).toThrow(/changed while it was being read/);

    const vanishing = write(rows(...lines));
    const other = open(vanishing);
    rmSync(vanishing);
    expect(() => collectArrivals(other)).toThrow(/no such file/);
  });

  it('is refused for resampling with the same words', () => {
    const run = { share: WHOLE, seed: 1, startEpochMs: 0, durationSeconds: 10 };
    expect(() => createArrivalSource({ spec: resampled(write(rows('x'))), ...run })).toThrow(
      /:2: has 1 of 3/,
    );
    expect(() => createArrivalSource({ spec: resampled(write(HEADER)), ...run })).toThrow(
      /no request follows/,
    );
  });
});
