// Models of the user's own, and the keys that say in what form a model is served.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { MODELS } from '../../../../src/catalog/models.ts';
import { UserError } from '../../../../src/kernel/user-error.ts';
import type { PhysicalPerfSpec } from '../../../../src/perf/spec.ts';
import { loadScenario } from '../../../../src/scenario/load.ts';
import { fileWith, loaded, MINIMAL, newFolder, problems } from '../../scenario-text.ts';

const CONFIG = {
  _name_or_path: 'someone/Some-7B',
  model_type: 'llama',
  hidden_size: 4096,
  intermediate_size: 11_008,
  max_position_embeddings: 4096,
  num_attention_heads: 32,
  num_hidden_layers: 32,
  vocab_size: 32_000,
};

const pool = (keys: string) => `${MINIMAL}fleet: { pools: [{ ${keys} }] }\n`;

/** A scenario with a config.json beside it; what is wrong with it. */
function withConfig(content: string | Uint8Array, keys = 'model: ./config.json, tp: 1'): string {
  const file = path.join(newFolder(), 's.yaml');
  writeFileSync(file, pool(keys));
  writeFileSync(path.join(path.dirname(file), 'config.json'), content);
  return file;
}

function complaints(content: string | Uint8Array, keys?: string): string[] {
  const file = withConfig(content, keys);
  try {
    loadScenario(file, []);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems.map((problem) => problem.replaceAll(`${path.dirname(file)}/`, ''));
  }
  throw new Error('the scenario is valid');
}

const perfOf = (text: string) => loaded(text).scenario.pools[0].perf as PhysicalPerfSpec;

describe('a model of one’s own', () => {
  it('is read from a config.json beside the scenario, a byte order mark or not', () => {
    for (const mark of ['', '\uFEFF']) {
      const { scenario } = loadScenario(withConfig(mark + JSON.stringify(CONFIG)), []);
      const { perf, limits } = scenario.pools[0];
      const { title: _, source: __, ...shape } = MODELS['llama2-7b'];
      expect(perf).toMatchObject({ model: { ...shape, title: 'Some-7B' }, stack: 'vllm-0.2' });
      expect(limits.maxModelLength).toBe(4096);
    }
  });

  it('stands in the resolved scenario itself, which gives the same scenario and bytes without the file', () => {
    const first = loadScenario(withConfig(JSON.stringify(CONFIG)), ['name=own']);
    expect(first.resolvedYaml).toContain('title: Some-7B');
    expect(first.resolvedYaml).not.toContain('config.json');
    const again = loaded(first.resolvedYaml);
    expect(again.resolvedYaml).toBe(first.resolvedYaml);
    expect(again.hash).toBe(first.hash);
    expect(again.scenario).toEqual(first.scenario);
    expect(structuredClone(first.scenario)).toEqual(first.scenario);
  });

  it('may be the draft model too', () => {
    const keys =
      'model: llama2-70b, tp: 4, speculative: { draftModel: ./config.json, tokens: 3, acceptance: 60% }';
    const { perf } = loadScenario(withConfig(JSON.stringify(CONFIG), keys), []).scenario.pools[0];
    expect(perf).toMatchObject({
      speculative: { draftModel: { title: 'Some-7B' }, tokens: 3, acceptance: 0.6 },
    });
  });

  it('given on the command line is looked for in the working directory', () => {
    const file = fileWith(pool('tp: 1'));
    expect(() => loadScenario(file, ['fleet.pools[0].model=no-such/config.json'])).toThrow(
      `--set fleet.pools[0].model=no-such/config.json: ${path.resolve('no-such/config.json')}: there is no such file`,
    );
  });

  it('that is missing, a folder, no JSON, binary, huge or another encoding is refused in plain words', () => {
    expect(problems(pool('model: ./no.json, tp: 1'))[0]).toMatch(
      /^s\.yaml:2:20 fleet\.pools\[0\]\.model: .*no\.json: there is no such file; check the path$/,
    );
    const folder = newFolder();
    mkdirSync(path.join(folder, 'd.json'));
    expect(problems(pool(`model: ${folder}/d.json, tp: 1`))[0]).toMatch(/is a folder; name a file in it/);
    expect(complaints('{ "hidden_size": 4096')[0]).toMatch(
      /config\.json: is not valid JSON: .*; name the config\.json/,
    );
    expect(complaints('')[0]).toMatch(/is not valid JSON/);
    expect(complaints(Uint8Array.of(0x7b, 0, 1, 2))[0]).toMatch(/is not a text file/);
    expect(complaints(Uint8Array.of(0xff, 0xfe, 0x7b, 0))[0]).toMatch(/is UTF-16; save it as UTF-8/);
    expect(complaints(' '.repeat(1_000_001))[0]).toMatch(/has 1000001 bytes/);
    expect(complaints('[]')).toEqual([
      's.yaml:2:20 fleet.pools[0].model: config.json: is not a JSON object; name the config.json of a model',
    ]);
  });

  it('is told all its mistakes at once, and no other that follows from them', () => {
    const { hidden_size: _, ...rest } = CONFIG;
    expect(
      complaints(
        JSON.stringify({ ...rest, vocab_size: -5 }),
        'model: ./config.json, gpu: a10g, tp: 8, replicas: 0',
      ),
    ).toEqual([
      's.yaml:2:20 fleet.pools[0].model: config.json: hidden_size is missing; add it',
      's.yaml:2:20 fleet.pools[0].model: config.json: vocab_size is -5; write a whole number from 1 to 10000000',
      's.yaml:2:70 fleet.pools[0].replicas: must be at least 1, got 0; raise it',
    ]);
  });

  it('may be described in the scenario, with what is usual left out', () => {
    const mapping =
      'title: mine, layers: 10, hidden: 1024, heads: 8, mlpWidth: 4096, vocabulary: 50k, maxModelLength: 2k';
    expect(perfOf(pool(`tp: 1, model: { ${mapping} }`)).model).toEqual({
      title: 'mine',
      source: 'the scenario',
      family: 'llama',
      layers: 10,
      hidden: 1024,
      heads: 8,
      kvHeads: 8,
      headDim: 128,
      mlpWidth: 4096,
      vocabulary: 50_000,
      gatedMlp: true,
      tiedEmbedding: false,
      maxModelLength: 2000,
      defaultStack: 'vllm-0.2',
    });
    expect(
      problems(pool(`tp: 1, model: { ${mapping}, kvHeads: 3, experts: { count: 2, perToken: 3 } }`)),
    ).toEqual([
      expect.stringMatching(
        /model\.kvHeads: 8 attention heads cannot share 3 key-value heads evenly, got 3; give a divisor/,
      ),
      expect.stringMatching(/model\.experts: a token cannot pass through 3 of 2 experts, got .*; give fewer/),
    ]);
  });

  it('described with a mistake is told where it is', () => {
    expect(problems(pool('tp: 1, model: { title: mine, layrs: 10 }'))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/model\.layrs: unknown key; did you mean "layers"\?/),
        expect.stringMatching(/model\.hidden: is missing/),
      ]),
    );
    expect(problems(pool('tp: 1, model: 7'))[0]).toMatch(
      /model: must be the name of a model, got 7; known: gpt3/,
    );
    expect(problems(pool('tp: 1, model: lama2-7b'))[0]).toMatch(
      /unknown model, got "lama2-7b"; did you mean "llama2-7b"/,
    );
  });
});

describe('the form in which a model is served', () => {
  it('is 16 bits on one stage group unless it is said otherwise', () => {
    expect(perfOf(MINIMAL)).toMatchObject({ pp: 1, weights: 'fp16', compute: 'fp16', kvCache: 'fp16' });
    expect(perfOf(pool('model: llama3-8b, tp: 1, gpu: h100-sxm, weights: fp8'))).toMatchObject({
      compute: 'fp8',
    });
    expect(perfOf(pool('model: llama3-8b, tp: 1, weights: fp8'))).toMatchObject({ compute: 'fp16' });
  });

  it('runs on the first node that is sold with the GPU', () => {
    const nodeOf = (gpu: string) =>
      loaded(pool(`model: llama3-8b, tp: 1, gpu: ${gpu}`)).scenario.pools[0].node;
    expect(['a100-40gb', 'h100-sxm', 'l40s', 'a10g'].map(nodeOf)).toEqual([
      'dgx-a100',
      'dgx-h100',
      'l40s-8x',
      'g5.48xlarge',
    ]);
  });

  it('that a GPU or a combination does not have is refused with the remedy', () => {
    expect(problems(pool('model: llama3-8b, weights: fp8, compute: fp8'))).toEqual([
      expect.stringMatching(
        /compute: NVIDIA A100 80GB SXM has no fp8 matrix units, got "fp8"; write compute: fp16/,
      ),
    ]);
    expect(problems(pool('model: llama3-8b, pp: 3, weights: int5'))).toEqual([
      expect.stringMatching(
        /pp: pipeline-parallel degree 3 is not supported, got 3; choose one of 1, 2, 4, 8/,
      ),
      expect.stringMatching(/weights: unknown name, got "int5"; .*known: fp16, fp8, int8, int4/),
    ]);
    expect(
      problems(
        pool('model: llama2-70b, tp: 4, pp: 2, speculative: { draftModel: llama2-7b, acceptance: 0.5 }'),
      ),
    ).toEqual([expect.stringMatching(/speculative: is not supported together with pp, got .*; set pp to 1/)]);
    expect(problems(pool('model: llama2-70b, tp: 4, speculative: { draftModel: llama2-7b }'))).toEqual([
      expect.stringMatching(/speculative\.acceptance: is missing/),
    ]);
  });

  it('has no effect with fixed service times', () => {
    const fixed = 'performance: { kind: fixed, secondsPerRequest: 1 }';
    expect(problems(pool(`${fixed}, pp: 2, weights: int4, kvCache: fp8`))).toHaveLength(3);
  });

  it('decides what fits: a pipeline, or fewer bits per weight', () => {
    expect(problems(pool('model: llama2-70b, tp: 1'))[0]).toMatch(/does not fit on 1 × a100-80gb/);
    expect(perfOf(pool('model: llama2-70b, tp: 1, pp: 2'))).toMatchObject({ pp: 2 });
    expect(perfOf(pool('model: llama2-70b, tp: 1, weights: int4'))).toMatchObject({ weights: 'int4' });
  });
});
