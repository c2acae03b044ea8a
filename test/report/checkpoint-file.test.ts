import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CHECKPOINT,
  hasCheckpoint,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from '../../src/report/checkpoint-file.ts';
import { checkInputs, inputsOf } from '../../src/run/inputs.ts';
import type { Checkpoint } from '../../src/run/saving/checkpoint.ts';
import { loadScenario } from '../../src/scenario/load.ts';

const VERSION = '1.2.3';
const root = mkdtempSync(path.join(tmpdir(), 'fleetday-checkpoint-'));
afterAll(() => rmSync(root, { recursive: true }));

const loaded = loadScenario('scenarios/small-chat.yaml', []);

/** Only its outside matters here. */
const checkpoint = {
  loaded,
  inputs: [],
  schedule: { clock: 'wall', everySeconds: 30 },
  state: {
    nextWindow: 7,
    recorder: { windows: [1.5, NaN] },
    cells: [Buffer.alloc(20_000, 3), Buffer.alloc(0)],
  },
} as unknown as Checkpoint;

let folders = 0;
let dir = '';
let file = '';

beforeEach(async () => {
  dir = path.join(root, `run-${folders++}`);
  file = path.join(dir, CHECKPOINT);
  await writeCheckpoint(dir, checkpoint, VERSION);
});

const read = (version = VERSION, force = false) => readCheckpoint(dir, version, { force });

describe('a checkpoint', () => {
  it('comes back as it was, and is the only file in its folder', () => {
    expect(read()).toEqual(checkpoint);
    expect(readdirSync(dir)).toEqual([CHECKPOINT]);
  });

  it('says on its first two lines what it is', () => {
    const [first, second] = readFileSync(file, 'latin1').split('\n');
    expect(first).toBe('fleetday checkpoint, format 2');
    expect(JSON.parse(second)).toMatchObject({
      version: VERSION,
      scenario: 'small-chat',
      scenarioHash: loaded.hash,
      windows: 7,
    });
  });

  it('is replaced whole, and gone when the run has ended', async () => {
    await writeCheckpoint(dir, { ...checkpoint, schedule: undefined }, VERSION);
    expect(read().schedule).toBeUndefined();
    removeCheckpoint(dir);
    expect(hasCheckpoint(dir)).toBe(false);
    expect(readdirSync(dir)).toEqual([]);
    removeCheckpoint(dir);
  });

  it('that cannot be written is told, and leaves nothing', async () => {
    const blocked = path.join(root, `blocked-${folders}`);
    writeFileSync(blocked, '');
    await expect(writeCheckpoint(blocked, checkpoint, VERSION)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^cannot write a checkpoint to .*: a file .* is in the way/),
    });
    mkdirSync(path.join(dir, 'x'));
    rmSync(file);
    mkdirSync(file);
    writeFileSync(path.join(file, 'x'), '');
    await expect(writeCheckpoint(dir, checkpoint, VERSION)).rejects.toMatchObject({ name: 'UserError' });
    expect(readdirSync(dir).toSorted()).toEqual([CHECKPOINT, 'x']);
  });

  it('is refused at every length but its own', () => {
    const whole = readFileSync(file);
    const lengths = [...Array.from({ length: 700 }, (_, i) => i), whole.length - 33, whole.length - 1];
    for (const length of lengths) {
      writeFileSync(file, whole);
      truncateSync(file, length);
      const complaint = length === 0 ? /is not a checkpoint/ : /is cut off/;
      expect(() => read(), String(length)).toThrow(complaint);
    }
    writeFileSync(file, Buffer.concat([whole, Buffer.of(0)]));
    expect(() => read()).toThrow(/is damaged, its checksum is wrong/);
  });

  it('is refused with any bit turned', () => {
    const whole = readFileSync(file);
    for (let position = 0; position < whole.length; position += position < 700 ? 1 : 611) {
      const bytes = Buffer.from(whole);
      bytes[position] ^= 1 << (position % 8);
      writeFileSync(file, bytes);
      expect(() => read(), String(position)).toThrow(expect.objectContaining({ name: 'UserError' }));
    }
  });

  it('is refused by another version, named, and if it is something else', () => {
    expect(() => read('1.3.0')).toThrow(
      /was saved by fleetday 1\.2\.3, this is 1\.3\.0; go on with that version/,
    );
    writeFileSync(file, 'fleetday checkpoint, format 3\n{}\n');
    expect(() => read()).toThrow(/has another format than this version of fleetday writes/);
    writeFileSync(file, 'name: x\n');
    expect(() => read()).toThrow(/is not a checkpoint of fleetday/);
    rmSync(file);
    mkdirSync(file);
    expect(() => read()).toThrow(expect.objectContaining({ name: 'UserError' }));
  });

  it("is refused beside another scenario's results, unless they may be replaced", () => {
    writeFileSync(path.join(dir, 'scenario.resolved.yaml'), loaded.resolvedYaml);
    expect(read()).toEqual(checkpoint);
    writeFileSync(path.join(dir, 'scenario.resolved.yaml'), `${loaded.resolvedYaml}\n`);
    expect(() => read()).toThrow(
      /is of scenario small-chat \([0-9a-f]{8}\), but the results beside it are of another/,
    );
    expect(read(VERSION, true)).toEqual(checkpoint);
  });

  it('that is not there is explained', () => {
    rmSync(file);
    expect(() => read()).toThrow(/: holds no interrupted run; name the folder of one/);
    writeFileSync(path.join(dir, 'summary.json'), '{"partial": false}');
    expect(() => read()).toThrow(/: this run has finished, there is nothing to go on with/);
    writeFileSync(path.join(dir, 'summary.json'), '{"partial": true}');
    expect(() => read()).toThrow(/: holds partial results, but no checkpoint to go on from/);
    const missing = path.join(root, 'missing');
    expect(() => readCheckpoint(missing, VERSION, { force: false })).toThrow(
      /missing: there is no such folder/,
    );
    const scenario = 'scenarios/small-chat.yaml';
    expect(() => readCheckpoint(scenario, VERSION, { force: false })).toThrow(/: is a file; name the folder/);
    expect(existsSync(missing)).toBe(false);
  });
});

describe('the files that a run reads', () => {
  const trace = path.join(root, 'trace.csv');
  const rows = 'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,374,44\n';

  it('must be the same when it goes on', async () => {
    writeFileSync(trace, rows);
    const ofTrace = {
      ...loaded.scenario,
      workload: { kind: 'trace' as const, trace: { path: trace, rate: 1, loop: false } },
    };
    const inputs = await inputsOf(ofTrace);
    expect(inputs).toMatchObject([{ path: trace, bytes: rows.length }]);
    await checkInputs(inputs);
    writeFileSync(trace, rows.replace('374', '375'));
    await expect(checkInputs(inputs)).rejects.toThrow(
      /trace\.csv: has other contents than when the run was saved/,
    );
    writeFileSync(trace, `${rows}\n`);
    await expect(checkInputs(inputs)).rejects.toThrow(
      /trace\.csv: has 68 bytes, it had 67 when the run was saved/,
    );
    rmSync(trace);
    await expect(checkInputs(inputs)).rejects.toMatchObject({ name: 'UserError', message: /cannot be read/ });
    expect(await inputsOf(loaded.scenario)).toEqual([]);
  });
});
