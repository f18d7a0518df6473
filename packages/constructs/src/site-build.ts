import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fingerprintSources } from './source-fingerprint.ts';

/** How the front end is built. */
export interface SiteBuild {
  /** Folder of the front end's sources, in which the command runs. */
  readonly directory: string;
  /** Command line for the shell. Default: `npm run build`. */
  readonly command?: string;
}

/**
 * Makes sure that `output` holds the front end as its sources are now: runs the build unless nothing changed since the last one.
 * @throws Error when it can't be built, or nothing is there and there is no way to build it
 */
export function ensureSiteBuilt(output: string, build: SiteBuild | undefined): void {
  const site = resolve(output);
  if (build === undefined) {
    if (existsSync(join(site, 'index.html'))) return;
    throw new Error(
      `The front end is not built: ${join(site, 'index.html')} is missing. Build it, or give S3m site.build so that it is built when needed.`,
    );
  }
  const sources = resolve(build.directory);
  const command = build.command ?? 'npm run build';
  const byHand = `Build it yourself to see more: cd ${sources} && ${command}`;
  if (!existsSync(sources))
    throw new Error(`The front end's sources are missing: there is no folder ${sources} (S3m's site.build.directory)`);
  const record = join(dirname(site), '.s3m-sources');
  const fingerprint = `${command}\n${fingerprintSources(sources, topFolder(sources, site))}\n`;
  if (existsSync(join(site, 'index.html')) && existsSync(record) && readFileSync(record, 'utf8') === fingerprint) return;
  process.stderr.write(`Building the front end: ${command} in ${sources}\n`);
  // stdout belongs to the app; the build's progress is for people.
  const result = spawnSync(command, { cwd: sources, shell: true, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) {
    throw new Error(
      `The front end could not be built: "${command}" in ${sources} ended with ${result.signal ?? `exit code ${result.status}`}. ${byHand}`,
    );
  }
  if (!existsSync(join(site, 'index.html'))) {
    throw new Error(
      `"${command}" in ${sources} left no ${join(site, 'index.html')}. Does S3m's site.directory name the folder that it writes to?`,
    );
  }
  writeFileSync(record, fingerprint);
}

/** `web/dist` for sources `web` and output `web/dist/web/browser`: what a build writes is no source. */
function topFolder(sources: string, output: string): string {
  const path = relative(sources, output);
  return path.startsWith('..') ? output : join(sources, path.split(sep)[0] ?? '');
}
