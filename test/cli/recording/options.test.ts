// What may be written after --requests and --trace, and what it means.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordedPart, writtenTrace } from '../../../src/cli/recording/options.ts';
import { recordingOutlook } from '../../../src/cli/recording/outlook.ts';
import { traceSpecOf } from '../../../src/cli/recording/trace-spec.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('--requests', () => {
  it.each([
    ['all', 1],
    ['sample=1%', 0.01],
    ['sample=100%', 1],
    ['sample=0.25', 0.25],
    ['sample=0.001%', 0.00001],
  ])('%s', (text, part) => expect(recordedPart(text)).toBeCloseTo(part, 12));

  it.each([
    ['', 'write sample=1% or all, got ""'],
    ['some', 'write sample=1% or all, got "some"'],
    ['sample', 'write sample=1% or all, got "sample"'],
    ['sample=', 'is empty'],
    ['sample=0', 'must be more than 0 and at most 100%, got "0"'],
    ['sample=-1%', 'must be more than 0'],
    ['sample=101%', 'at most 100%, got "101%"'],
    ['sample=NaN', 'is not a number'],
    ['sample=1e999', 'must be a finite number'],
    ['every=10', 'write sample=1% or all'],
  ])('%s is refused', (text, problem) => expect(() => recordedPart(text)).toThrow(problem));
});

const folder = temporaryFolder();
const file = path.join(folder, 'berlin.yaml');
writeFileSync(
  file,
  `
duration: 30h
start: 2024-05-14T07:30:00
timeZone: Europe/Berlin
workload: { arrivals: { kind: constant, requestsPerSecond: 200 } }
fleet: { pools: [{ model: llama2-7b, tp: 1, replicas: 6 }] }
`,
);
const { scenario } = loadScenario(file, []);
const specOf = (text: string) => traceSpecOf(writtenTrace(text), scenario);

describe('--trace', () => {
  it.each([
    ['from=08:00,to=08:05', [1800, 2100, 0, 7]],
    ['from=08:00:30, to=08:01', [1830, 1860, 0, 7]],
    ['from=7:30,to=7:31,replicas=0-3', [0, 60, 0, 3]],
    // The clock has shown it before the start: the next day's.
    ['to=07:10,from=07:00,replicas=4', [84_600, 85_200, 4, 4]],
    ['from=23:59,to=00:01', [59_340, 59_460, 0, 7]],
    ['from=90m,to=1h31m', [5400, 5460, 0, 7]],
    ['from=2024-05-14T06:00:00Z,to=2024-05-14T08:01:00', [1800, 1860, 0, 7]],
  ])('%s', (text, [fromSeconds, toSeconds, firstReplica, lastReplica]) => {
    expect(specOf(text)).toEqual({ fromSeconds, toSeconds, firstReplica, lastReplica });
  });

  it.each([
    ['', 'write from=08:00,to=08:05'],
    ['from=08:00', 'write from=08:00,to=08:05'],
    ['from=08:00,to=', 'write from=08:00,to=08:05'],
    ['from=08:00,to=08:05,pool=1', 'write from=08:00,to=08:05'],
    ['from=25:00,to=26:00', '--trace from: 2024-05-14T25:00:00 there is no 25:00'],
    ['from=soon,to=08:05', '--trace from: write a clock time (08:00 or 08:00:30), a moment'],
    ['from=08:00,to=60s', '--trace to: must be later than from (08:00), got "60s"'],
    ['from=40h,to=41h', '--trace from: 40h is not within the run (2024-05-14T07:30 to 2024-05-15T13:30'],
    ['from=-1h,to=1h', '--trace from: -1h is not within the run'],
    ['from=08:00,to=08:05,replicas=3-1', 'write a number or a range, e.g. 0-3, got "3-1"'],
    ['from=08:00,to=08:05,replicas=all', 'write a number or a range'],
    ['from=08:00,to=08:05,replicas=6-9', 'there are 6, numbered from 0, got "6-9"'],
  ])('%s is refused', (text, problem) => expect(() => specOf(text)).toThrow(problem));
});

describe('before a run', () => {
  it('more than ten million rows want --force, and say what they cost', () => {
    const refused = () => recordingOutlook(scenario, 1, { force: false });
    // 200 a second for 30 hours.
    expect(refused).toThrow('about 22 million rows in requests.parquet, some 0.58 GB and 1–2 min of writing');
    expect(refused).toThrow('give --force for that, or record a part: --requests sample=40%');
    expect(recordingOutlook(scenario, 1, { force: true })).toMatch(/^Requests: about 22 million rows/);
    expect(recordingOutlook(scenario, recordedPart('sample=40%'), { force: false })).toBeUndefined();
  });
});
