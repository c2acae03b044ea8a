// Which program simulates: only the same one makes the same bytes. Version and Node's major number tell releases apart;
// a hash over the built files tells apart what a checkout was built of. Its name is part of the queue's name, so that a
// worker never even sees the points of another program.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ProgramIdentity {
  version: string;
  nodeMajor: number;
  /** Start of a SHA-256 over every built file and its name. */
  build: string;
}

const BUILD_DIGITS = 12;

export function programIdentity(version: string): ProgramIdentity {
  return { version, nodeMajor: Number(process.versions.node.split('.')[0]), build: buildHash() };
}

export function shownProgram({ version, nodeMajor, build }: ProgramIdentity): string {
  return `fleetday ${version} (build ${build}) on Node ${nodeMajor}`;
}

export function isSameProgram(one: ProgramIdentity, other: ProgramIdentity): boolean {
  return queueName(one) === queueName(other);
}

export function queueName({ version, nodeMajor, build }: ProgramIdentity): string {
  return `points-${version}-node${nodeMajor}-${build}`;
}

/** From the sources (tests) of the built files too: those are what threads run. */
function buildHash(): string {
  const root = import.meta.url.endsWith('.ts') ? '../../../dist/' : '../../';
  const folder = fileURLToPath(new URL(root, import.meta.url));
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  const hash = createHash('sha256');
  for (const name of names.toSorted()) {
    hash.update(`${name.replaceAll('\\', '/')}\0`).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, BUILD_DIGITS);
}
