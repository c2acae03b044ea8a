// The package as it would be published: what is in it, whether its entry points hold, and that it works from an empty folder
// into which npm has installed it. Where the registry is out of reach, or lacks a package, the dependencies are links to
// those that are installed here, which is said.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { publint } from 'publint';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './support/temporary-folder.ts';

const folder = temporaryFolder();
const empty = path.join(folder, 'empty');
const run = (command: string, args: readonly string[], cwd = empty) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** `prepare` would build anew while other tests use what is built. */
const pack = (...args: string[]) =>
  JSON.parse(run('npm', ['pack', '--ignore-scripts', '--json', ...args], '.')) as {
    filename: string;
    unpackedSize: number;
    files: { path: string }[];
  }[];

const [packed] = pack('--pack-destination', folder);
const files = packed.files.map((file) => file.path);

describe('the package', () => {
  it('holds the program, its scenarios and documents, and nothing else', () => {
    const others = files.filter(
      (file) =>
        !/^(dist\/.*\.(js|d\.ts)|dist\/fleet\/compiled\/assembly\/kernel\.wasm|scenarios\/.*\.yaml|docs\/.*\.(md|svg|png|yaml|csv|mjs|py))$/.test(
          file,
        ),
    );
    expect(others.toSorted()).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(files).toEqual(
      expect.arrayContaining([
        'dist/index.js',
        'dist/index.d.ts',
        'dist/cli/main.js',
        'dist/run/threads/worker.js',
        'dist/fleet/compiled/assembly/kernel.wasm',
        'dist/cli/sweep-thread.js',
        'scenarios/chatgpt-2023.yaml',
        'docs/api.md',
      ]),
    );
    expect(packed.unpackedSize).toBeLessThan(10e6);
  });

  it('holds of what is built only what has a source', () => {
    const orphans = files
      .filter((file) => file.startsWith('dist/'))
      .map((file) => file.replace(/^dist\//, 'src/').replace(/(\.d\.ts|\.js|\.wasm)$/, ''))
      .filter((stem) => !existsSync(`${stem}.ts`) && !existsSync(`${stem}.tsx`));
    expect(orphans).toEqual([]);
  });

  it('has entry points that hold', async () => {
    const { messages } = await publint({ pkgDir: '.', pack: false, strict: true });
    expect(messages.filter(({ type }) => type !== 'suggestion')).toEqual([]);
  });
});

/** As a user does it; why that cannot be done here, else undefined. */
function installed(): string | undefined {
  mkdirSync(empty);
  writeFileSync(path.join(empty, 'package.json'), '{ "private": true, "type": "module" }\n');
  const tarball = path.join(folder, packed.filename);
  const once = ['--prefer-offline', '--fetch-retries=0', '--fetch-timeout=20000', '--no-audit', '--no-fund'];
  try {
    run('npm', ['install', tarball, ...once]);
    return undefined;
  } catch (error) {
    const { stderr } = error as { stderr: string };
    const code = /npm error code (\w+)/.exec(stderr)?.[1] ?? '';
    // Of the registry; whatever else goes wrong is the package's fault.
    const isAway =
      /^(E40\d|ETARGET|ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|ENETUNREACH|EIDLETIMEOUT|ERR_SOCKET\w*)$/;
    if (!isAway.test(code)) throw new Error(`npm install failed:\n${stderr}`, { cause: error });
    rmSync(path.join(empty, 'node_modules'), { recursive: true, force: true });
    return code;
  }
}

/** The package beside links to all that is installed here. */
function linked(): void {
  const modules = path.join(empty, 'node_modules');
  mkdirSync(path.join(modules, '.bin'), { recursive: true });
  run('tar', ['-xzf', path.join(folder, packed.filename), '-C', folder]);
  run('mv', [path.join(folder, 'package'), path.join(modules, 'fleetday')]);
  for (const name of readdirSync('node_modules').filter((one) => !one.startsWith('.') && one !== 'fleetday'))
    symlinkSync(path.resolve('node_modules', name), path.join(modules, name));
  symlinkSync('../fleetday/dist/cli/main.js', path.join(modules, '.bin', 'fleetday'));
}

const missing = installed();
if (missing !== undefined) {
  console.warn(`npm cannot install the package here (${missing}): its dependencies are links`);
  linked();
}

describe('the package in an empty folder', () => {
  it.skipIf(missing !== undefined)(
    `is installed by npm with what it needs and no more ${missing ?? ''}`,
    () => {
      const names = readdirSync(path.join(empty, 'node_modules'));
      const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };
      const own = Object.keys(dependencies).map((name) => name.split('/')[0]);
      expect(names).toEqual(expect.arrayContaining([...own, 'fleetday']));
      expect(names.filter((name) => ['typescript', 'vitest', 'bullmq', 'ioredis'].includes(name))).toEqual(
        [],
      );
    },
  );

  it('runs the flagship, shortened', () => {
    const scenario = 'node_modules/fleetday/scenarios/chatgpt-2023.yaml';
    const said = run('npx', ['--no-install', 'fleetday', 'run', scenario, '--set', 'duration=1m', '--plain']);
    expect(said).toContain('Requests');
    const [out] = readdirSync(path.join(empty, 'out'));
    const summary = JSON.parse(readFileSync(path.join(empty, 'out', out, 'summary.json'), 'utf8')) as {
      completed: number;
    };
    expect(summary.completed).toBeGreaterThan(50_000);
  });

  it('sweeps on threads', () => {
    const scenario = 'node_modules/fleetday/scenarios/small-chat.yaml';
    const param = 'fleet.pools[0].replicas=40,48';
    const said = run('npx', [
      '--no-install',
      'fleetday',
      'sweep',
      scenario,
      '--set',
      'duration=1m',
      '--param',
      param,
    ]);
    expect(said).toContain('2 points simulated');
  });

  it('is a library that a program can use, and its types', () => {
    writeFileSync(
      path.join(empty, 'use.ts'),
      `import { loadScenario, sweep, type Sweep } from 'fleetday';
       const found: Promise<Sweep> = sweep('e.yaml', { signal: AbortSignal.timeout(1000) });
       export const costs = (await found).variants.map(({ responses }) => responses.total_usd.mean.toFixed(2));
       // @ts-expect-error -- a seed is a number
       await loadScenario('s.yaml', { seed: 'one' });\n`,
    );
    writeFileSync(
      path.join(empty, 'use.mjs'),
      `import { simulate } from 'fleetday';
       const day = await simulate('node_modules/fleetday/scenarios/small-chat.yaml', { set: ['duration=1m'] });
       console.log(day.summary.arrived === day.summary.completed);\n`,
    );
    expect(run('node', ['use.mjs'])).toBe('true\n');
    const types = path.join(empty, 'node_modules', '@types');
    // Whoever writes TypeScript for Node has them.
    if (missing === undefined) {
      mkdirSync(types, { recursive: true });
      symlinkSync(path.resolve('node_modules/@types/node'), path.join(types, 'node'));
    }
    const options = { strict: true, module: 'nodenext', target: 'es2023', noEmit: true, types: ['node'] };
    writeFileSync(
      path.join(empty, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: ['use.ts'] }),
    );
    run(path.resolve('node_modules/.bin/tsc'), ['-p', '.']);
  });
});
