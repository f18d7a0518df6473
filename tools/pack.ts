// Makes the packages as they are published: plain JavaScript with declarations, because Node strips no types below `node_modules`.
// `npm run pack [-- DIRECTORY]` writes the archives to DIRECTORY, `dist` by default.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** A package of this repository, and what it brings besides its library. */
interface Package {
  readonly directory: string;
  /** Project whose options compile its sources. */
  readonly project: string;
  readonly folders: readonly string[];
}

const packages: readonly Package[] = [
  { directory: 'packages/s3m', project: '.', folders: ['bin', 'data', 'programs'] },
  { directory: 'packages/authorizer', project: '.', folders: [] },
  { directory: 'packages/constructs', project: 'packages/constructs', folders: [] },
];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: unknown;
  readonly files: unknown;
  readonly devDependencies?: unknown;
}

const destination = resolve(process.argv[2] ?? join(root, 'dist'));
mkdirSync(destination, { recursive: true });
const work = mkdtempSync(join(tmpdir(), 's3m-pack-'));
try {
  for (const project of new Set(packages.map(({ project }) => project))) emitDeclarations(project);
  for (const each of packages) process.stdout.write(`${await pack(each)}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Below `work`, in the folders that the sources have below the root. */
function emitDeclarations(project: string): void {
  const options = ['--noEmit', 'false', '--emitDeclarationOnly', '--outDir', work, '--rootDir', root];
  execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(root, project), ...options], {
    stdio: ['ignore', 2, 2],
  });
}

/** The archive's path. */
async function pack({ directory, folders }: Package): Promise<string> {
  const source = join(root, directory);
  const stage = join(work, 'stage', directory);
  cpSync(join(work, directory, 'src'), join(stage, 'dist'), { recursive: true });
  await bundle(join(source, 'src', 'index.ts'), join(stage, 'dist', 'index.mjs'));
  const command = join(source, 'src', 'cli', 'main.ts');
  if (existsSync(command)) await bundle(command, join(stage, 'dist', 'main.mjs'));
  for (const folder of folders) cpSync(join(source, folder), join(stage, folder), { recursive: true });
  const { devDependencies: _, files: __, ...manifest } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Manifest;
  const published = { ...manifest, exports: { '.': { types: './dist/index.d.ts', default: './dist/index.mjs' } } };
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(published, undefined, 2)}\n`);
  for (const name of ['LICENSE', 'NOTICE']) copyFileSync(join(root, name), join(stage, name));
  const readme = [join(source, 'README.md'), join(root, 'README.md')].find((path) => existsSync(path))!;
  copyFileSync(readme, join(stage, 'README.md'));
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const name = execFileSync(npm, ['pack', '--silent', '--pack-destination', destination], { cwd: stage, encoding: 'utf8' }).trim();
  return join(destination, name);
}

/** One file of the package's own sources; what it depends on is installed beside it. */
async function bundle(entry: string, outfile: string): Promise<void> {
  const options = { bundle: true, platform: 'node', format: 'esm', target: 'node24', packages: 'external' } as const;
  await build({ ...options, entryPoints: [entry], outfile, sourcemap: 'linked', logLevel: 'warning' });
}
