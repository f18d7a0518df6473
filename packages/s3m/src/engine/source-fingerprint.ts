import { createHash } from 'node:crypto';
import { existsSync, fstatSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Source } from './project.ts';

/** Folders that hold no source, or whose content follows from sources. */
export const ignoredFolders: ReadonlySet<string> = new Set(['node_modules', 'cdk.out', '.s3m', '.git', '.angular', 'coverage']);

/**
 * A digest of names, sizes and modification times of everything that an app in `directory` may read: its own tree, the lockfile,
 * and packages that are linked into its node_modules from elsewhere (workspaces). No content is read. Logs (`*.log`) are no sources.
 */
export function fingerprintSources(directory: string): string {
  return sourceRoots(directory)
    .map((root) => digestOf(root, ({ path }) => !path.endsWith('.log')))
    .join('\n');
}

/** What changes when the system that `source` describes may have changed: the sources of an app, an assembly's own folder, or a template's. */
export function fingerprintSource(source: Source): string {
  return source.kind === 'assembly' && isDirectory(source.path) ? fingerprintTree(source.path) : fingerprintSources(source.directory);
}

/** Files and folders whose changes {@link fingerprintSource} sees. */
export function watchedRoots(source: Source): string[] {
  return source.kind === 'assembly' && isDirectory(source.path) ? [source.path] : sourceRoots(source.directory);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A digest of names, sizes and modification times below a folder, or of one file. Folders that tools write are left out, and what this program itself prints to. */
export function fingerprintTree(root: string): string {
  return digestOf(root, () => true);
}

function digestOf(root: string, counts: (entry: Entry) => boolean): string {
  const digest = createHash('sha256');
  const own = ownOutput();
  for (const entry of walk(root))
    if (!own.has(entry.file) && counts(entry)) digest.update(`${entry.path}\0${entry.size}\0${entry.modified}\n`);
  return digest.digest('hex');
}

/** The files that standard output and standard error go to: each line would be a change that makes another line. */
function ownOutput(): ReadonlySet<string> {
  return new Set(
    [1, 2].flatMap((descriptor) => {
      try {
        return [identityOf(fstatSync(descriptor))];
      } catch {
        return []; // It is closed.
      }
    }),
  );
}

function identityOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/** The app's directory, linked packages that it depends on, and lockfiles above it. */
export function sourceRoots(directory: string): string[] {
  const roots = new Set([directory]);
  collectLinked(directory, roots);
  for (let folder = directory; ; folder = dirname(folder)) {
    for (const name of ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml']) {
      if (existsSync(join(folder, name))) roots.add(join(folder, name));
    }
    if (dirname(folder) === folder) break;
  }
  return [...roots];
}

function collectLinked(directory: string, roots: Set<string>): void {
  for (const name of dependencyNames(directory)) {
    const linked = findLinked(directory, name);
    if (linked === undefined || roots.has(linked)) continue;
    roots.add(linked);
    collectLinked(linked, roots);
  }
}

function dependencyNames(directory: string): string[] {
  try {
    const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string> | undefined
    >;
    return Object.keys({ ...manifest['dependencies'], ...manifest['devDependencies'] });
  } catch {
    return [];
  }
}

/** The real place of a package that node_modules only links to. */
function findLinked(directory: string, name: string): string | undefined {
  for (let folder = directory; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    try {
      return lstatSync(candidate).isSymbolicLink() ? realpathSync(candidate) : undefined;
    } catch {
      if (dirname(folder) === folder) return undefined;
    }
  }
}

interface Entry {
  readonly path: string;
  readonly size: number;
  readonly modified: number;
  /** The same for all names of a file. */
  readonly file: string;
}

function* walk(path: string): Generator<Entry> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) {
    yield { path, size: stat.size, modified: stat.mtimeMs, file: identityOf(stat) };
    return;
  }
  for (const name of readdirSync(path).sort()) {
    if (!ignoredFolders.has(name)) yield* walk(join(path, name));
  }
}
