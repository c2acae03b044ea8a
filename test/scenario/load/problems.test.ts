// Every message names place, value and remedy. The texts are written out: a user reads nothing else.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../src/scenario/load.ts';
import { MINIMAL, newFolder, problems } from '../scenario-text.ts';

const load = (name: string) => () => loadScenario(name, []);

describe('a file that is no scenario', () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ['is empty', '', /^s\.yaml: the file is empty; `fleetday scenarios` lists examples/],
    ['holds comments only', '# nothing\n', /^s\.yaml: the file is empty/],
    ['is binary', Uint8Array.from({ length: 256 }, (_, i) => i), /^s\.yaml: is not a text file; /],
    [
      'is Latin-1',
      Uint8Array.from([0x61, 0x3a, 0x20, 0xe9, 0x0a]),
      /^s\.yaml: is not valid UTF-8; save it as UTF-8/,
    ],
    ['is UTF-16', Uint8Array.from([0xff, 0xfe, 0x61, 0, 0x3a, 0]), /^s\.yaml: is UTF-16; save it as UTF-8/],
    ['is huge', 'a: 1\n'.repeat(300_000), /^s\.yaml: has 1500000 bytes, a scenario at most 1000000; /],
    ['is text', 'hello', /^s\.yaml:1:1 scenario: must be a mapping, got "hello"; give it keys among name, /],
    ['is a list', '- a\n', /^s\.yaml:1:1 scenario: must be a mapping, got \[ 'a' \]; /],
    [
      'is two documents',
      'name: a\n---\nname: b\n',
      /^s\.yaml:2:1 is not valid YAML: .*multiple documents; mend it here$/,
    ],
    [
      'is indented by tabs',
      'workload:\n\tarrivals: 1\n',
      /^s\.yaml:2:1 is not valid YAML: Tabs are not allowed/,
    ],
    ['has an open bracket', 'seed: [1\nname: a\n', /^s\.yaml:2:1 is not valid YAML: Flow sequence /],
    ['has tags', 'name: !!binary aGVsbG8=\n', /^s\.yaml:1:7 is not valid YAML: Unresolved tag/],
    ['has a list as a key', '? [a]\n: 1\n', /^s\.yaml:1:3 is not valid YAML: With stringKeys/],
    [
      'uses an undefined alias',
      'name: *nope\n',
      /^s\.yaml:1:7 there is no anchor &nope before \*nope; define it above$/,
    ],
    ['is nested without end', '['.repeat(100_000), /^s\.yaml: is nested too deeply; /],
    [
      'would grow to billions of values',
      Array.from('bcdefghi', (name, i) => `${name}: &${name} [${`*${'abcdefgh'[i]},`.repeat(10)}]\n`).reduce(
        (text, line) => text + line,
        'a: &a [x]\n',
      ),
      /^s\.yaml: cannot be read: Excessive alias count/,
    ],
    [
      'merges itself',
      'fleet: &a\n  <<: {<<: *a}\n',
      /^s\.yaml:2:12 \*a stands inside what it stands for; write it out$/,
    ],
  ])('says so when it %s', (_, content, message) => {
    expect(problems(content)[0]).toMatch(message);
  });

  it('says so when it is missing, a folder or a device', () => {
    const folder = newFolder();
    mkdirSync(path.join(folder, 'd.yaml'));
    expect(load(path.join(folder, 'no.yaml'))).toThrow(/no\.yaml: there is no such file; check the path$/);
    expect(load(path.join(folder, 'd.yaml'))).toThrow(/d\.yaml: is a folder; name a file in it$/);
    expect(load('/dev/null')).toThrow('/dev/null: is not a regular file; copy it to one');
  });

  it('takes seconds, not minutes, for tens of thousands of unknown keys', () => {
    const found = problems(Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n'));
    expect(found).toHaveLength(51);
    expect(found.at(-1)).toMatch(/^… and \d+ more$/);
  }, 120_000);
});

describe('mistakes in single keys', () => {
  it('are reported all at once, in the order of the file, with place, value and remedy', () => {
    const text = `name: Bad Name
seed: -1
start: 2023-02-30
timeZone: Europe/Berln
duration: 400d
workload:
  arrivals: { kind: diurnl }
  promptTokens: { kind: lognormal, p50: 5 }
fleet:
  pools:
    - model: gpt3-17b
      replicas: .nan
      cells: many
      batching: { maxSequences: 300, longPrefilThreshold: 0 }
      queueLimit:
routing: power-of-too
slo: { ttft: 2 parsecs, tpot: [1], e2e: .inf }
economics: { pue: 0.9, rnt: 2 }
output: { window: 1.5 }
output: {}
`;
    expect(problems(text)).toEqual([
      's.yaml:1:7 name: must be 1–60 of a–z, 0–9 and "-", got "Bad Name"; rename it',
      's.yaml:2:7 seed: must be at least 0, got -1; raise it',
      's.yaml:3:8 start: is not a date and time from 1973 to 2100, got "2023-02-30"; write e.g. 2023-01-30T00:00:00 (or with Z or +01:00)',
      's.yaml:4:11 timeZone: unknown time zone, got "Europe/Berln"; did you mean Europe/Berlin?',
      's.yaml:5:11 duration: must be at most 31622400 (seconds), got "400d"; lower it',
      's.yaml:7:21 workload.arrivals.kind: unknown kind, got "diurnl"; did you mean "diurnal"? known: diurnal, constant',
      `s.yaml:8:17 workload.promptTokens: is given by p50, got { kind: 'lognormal', p50: 5 }; give mean or median with sigma, or mean and median, or p50 and p99`,
      's.yaml:11:14 fleet.pools[0].model: unknown model, got "gpt3-17b"; did you mean "gpt3-175b"? known: gpt3-175b, bloom-176b, opt-66b, opt-30b, llama2-70b, llama2-13b, llama2-7b, llama3-70b, llama3-8b, mixtral-8x7b, qwen1.5-72b, qwen2-72b, gpt-89b, gpt-20b, gpt-6.7b',
      's.yaml:12:17 fleet.pools[0].replicas: must be a finite number, got NaN; write a number, e.g. 12, 1.2k, 250M',
      's.yaml:13:14 fleet.pools[0].cells: must be auto or a whole number from 1 to 4096, got "many"; write one of them',
      's.yaml:14:33 fleet.pools[0].batching.maxSequences: must be at most 256, got 300; lower it',
      's.yaml:14:38 fleet.pools[0].batching.longPrefilThreshold: unknown key; did you mean "longPrefillThreshold"? known: policy, maxBatchedTokens, maxSequences, longPrefillThreshold, requireFullPromptFree',
      's.yaml:15:7 fleet.pools[0].queueLimit: is empty; write a number, e.g. 12, 1.2k, 250M',
      's.yaml:16:10 routing: unknown name, got "power-of-too"; did you mean "power-of-two"? known: round-robin, random, power-of-two, least-outstanding',
      's.yaml:17:14 slo.ttft: is not a number of seconds, got "2 parsecs"; write a number of seconds, e.g. 90s, 200ms, 1h30m (units: us, µs, ms, s, m, min, h, d)',
      's.yaml:17:31 slo.tpot: must be a number, got [ 1 ]; write a number of seconds, e.g. 90s, 200ms, 1h30m',
      's.yaml:17:41 slo.e2e: must be a finite number, got Infinity; write a number of seconds, e.g. 90s, 200ms, 1h30m',
      's.yaml:18:19 economics.pue: must be at least 1, got 0.9; raise it',
      's.yaml:18:24 economics.rnt: unknown key; did you mean "rent"? known: region, currency, electricity, demandCharge, pue, nodePrice, life, salvage, capexOverhead, capital, rent, maintenance, storage, transfer, staff, licences, carbon, offPower',
      's.yaml:20:1 output: key appears twice in one mapping; remove one of them',
    ]);
  });

  it('are found through anchors, aliases and merge keys, where they are written, once', () => {
    const text = `${MINIMAL}fleet:
  pools:
    - &base
      name: one
      batching: &batching { maxSequences: 0 }
    - <<: *base
      name: two
      tp: 16
    - name: three
      batching: *batching
`;
    expect(problems(text)).toEqual([
      's.yaml:6:43 fleet.pools[0].batching.maxSequences: must be at least 1, got 0; raise it',
      's.yaml:9:11 fleet.pools[1].tp: must be at most 8, got 16; lower it',
    ]);
  });

  it('include control characters only in quotes', () => {
    expect(problems(`${MINIMAL}"\\e[31mred": 1\n`)[0]).toMatch(
      /^s\.yaml:2:1 "\\u001b\[31mred": unknown key; /,
    );
  });

  it('are found in keys that JavaScript objects have by nature', () => {
    const found = problems(`${MINIMAL}__proto__: 1\nconstructor: 2\ntoString: 3\n`);
    expect(found.map((problem) => problem.split(';')[0])).toEqual([
      's.yaml:2:1 __proto__: unknown key',
      's.yaml:3:1 constructor: unknown key',
      's.yaml:4:1 toString: unknown key',
    ]);
  });

  it.each([
    [
      'workload: 5',
      's.yaml:1:11 workload: must be a mapping, got 5; give it keys among arrivals, promptTokens, outputTokens, events, lengths, trace',
    ],
    [
      'workload:',
      's.yaml:1:1 workload: is empty; give it keys among arrivals, promptTokens, outputTokens, events, lengths, trace',
    ],
    [
      'workload: { arrivals: { kind: constant } }',
      's.yaml:1:13 workload.arrivals.requestsPerSecond: is missing; give one: Mean rate.',
    ],
    [
      'workload: { trace: { loop: true } }',
      's.yaml:1:13 workload.trace.path: is missing; write e.g. trace.csv',
    ],
    [`${MINIMAL}fleet: { pools: [] }`, 's.yaml:2:17 fleet.pools: needs at least 1 item(s), got []; add one'],
    [
      `${MINIMAL}fleet: { pools: { model: x } }`,
      `s.yaml:2:17 fleet.pools: must be a list, got { model: 'x' }; write its items as "- …" lines or [ … ]`,
    ],
    [
      `${MINIMAL}fleet: { pools: [ 7 ] }`,
      /^s\.yaml:2:19 fleet\.pools\[0\]: must be a mapping, got 7; give it keys among name, model, /,
    ],
    [
      `${MINIMAL}fleet: { pools: [ { ownership: leased } ] }`,
      's.yaml:2:32 fleet.pools[0].ownership: unknown name, got "leased"; known: owned, rented',
    ],
    [`${MINIMAL}description: ""`, 's.yaml:2:14 description: is empty, got ""; write e.g. a small fleet'],
    [
      `${MINIMAL}timeZone: +02:00`,
      's.yaml:2:11 timeZone: unknown time zone, got "+02:00"; write an IANA name, e.g. UTC or Europe/Berlin',
    ],
    [
      'workload: { arrivals: { requestsPerDay: 1M, curve: [1, -1] } }',
      's.yaml:1:56 workload.arrivals.curve[1]: must be at least 0, got -1; raise it',
    ],
  ])('%s', (text, message) => {
    const found = problems(text);
    if (typeof message === 'string') expect(found).toContain(message);
    else expect(found[0]).toMatch(message);
  });
});
