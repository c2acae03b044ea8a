import { Command } from 'commander';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { GPUS } from '../../../src/catalog/gpus.ts';
import { MODELS } from '../../../src/catalog/models.ts';
import { NODES } from '../../../src/catalog/nodes.ts';
import { REGIONS } from '../../../src/catalog/regions.ts';
import { STACKS } from '../../../src/catalog/stacks.ts';
import { register } from '../../../src/cli/commands/facts/catalog.ts';

afterEach(() => vi.restoreAllMocks());

/** What `fleetday catalog …` prints. */
function printed(...args: string[]): string {
  vi.restoreAllMocks();
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const program = new Command();
  register(program);
  program.parse(['catalog', ...args], { from: 'user' });
  return write.mock.calls.map(([text]) => text).join('');
}

describe('fleetday catalog', () => {
  test('names every entry with its source', () => {
    const text = printed();
    for (const entries of [GPUS, MODELS, STACKS, NODES]) {
      for (const [key, { title, source }] of Object.entries(entries)) {
        expect(text).toContain(`\n${key}  ${title}\n`);
        expect(text).toContain(`  source: ${source}\n`);
      }
    }
  });

  test('names publisher and year of every region’s price and intensity', () => {
    const text = printed('regions');
    for (const { title, price, intensity, pue } of Object.values(REGIONS)) {
      const entry = text.split('\n\n').find((block) => block.includes(`  ${title}\n`));
      expect(entry).toContain(`price: ${price.publisher}, ${price.year}: ${price.note}`);
      const known = intensity && `intensity: ${intensity.publisher}, ${intensity.year}: ${intensity.note}`;
      expect(entry).toContain(known ?? 'intensity not known');
      if (pue) expect(entry).toContain(`PUE: ${pue.publisher}, ${pue.year}: ${pue.note}`);
    }
    expect(text).toContain('$0.0553/kWh (0.398 CNY), 586 gCO2/kWh, PUE 1.25, 0 % contracted, Asia/Shanghai');
  });

  test('prints one part alone, figures in the units of data sheets', () => {
    const lines = printed('gpus').split('\n');
    expect(lines[0]).toBe('GPUS');
    expect(lines[3]).toMatch(/312 TFLOP\/s fp16, 624 TFLOP\/s int8, 80 GiB at 2039 GB\/s, 63 to 400 W/);
    expect(printed('models')).toContain('46.7 billion parameters (12.9 billion active), 32 layers of 4096');
  });

  test('prints JSON that a program can read', () => {
    expect(JSON.parse(printed('nodes', '--json'))).toEqual({ nodes: NODES });
    const parts = ['gpus', 'models', 'stacks', 'nodes', 'regions'];
    expect(Object.keys(JSON.parse(printed('--json')))).toEqual(parts);
  });

  test('refuses a part that there is not', () => {
    expect(() => printed('gpu')).toThrow(
      'catalog: there is no part "gpu"; choose one of gpus, models, stacks, nodes, regions',
    );
  });
});
