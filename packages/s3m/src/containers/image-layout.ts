import { globSync, mkdirSync, statSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { DockerfileCopy, DockerfileStage } from './dockerfile.ts';

/** Files that the final stage wants and that nothing but a build has. */
export interface MissingFiles {
  readonly line: number;
  /** The instruction as written: `COPY --from=build /src/dist ./dist`. */
  readonly text: string;
  /** Path in the image. */
  readonly destination: string;
  /** Why they are not there. */
  readonly why: string;
}

/**
 * Puts the files of a stage where its COPY and ADD instructions put them, below `root`, following `--from` back through earlier stages
 * to the build context. What only a RUN step or another image has is left out and answered.
 */
export async function assembleStage(request: {
  readonly stages: readonly DockerfileStage[];
  readonly stage: DockerfileStage;
  readonly context: string;
  readonly root: string;
  /** For the files of earlier stages; may be deleted afterwards. */
  readonly scratch: string;
}): Promise<readonly MissingFiles[]> {
  const { stages, stage, context, root, scratch } = request;
  const missing: MissingFiles[] = [];
  mkdirSync(join(root, stage.directory ?? '/'), { recursive: true });
  const base = findStage(stages, stage.base, stage);
  if (base !== undefined) missing.push(...(await assembleStage({ ...request, stage: base })));
  for (const copy of stage.copies) {
    const origin = copy.from === undefined ? { directory: context, stage: undefined } : await originOf(copy.from);
    if (origin === undefined) {
      missing.push(missed(copy, `image ${copy.from} is read by Docker only`));
      continue;
    }
    for (const source of copy.sources) {
      const problem = await place(copy, source, origin.directory, root);
      if (problem !== undefined) missing.push(missed(copy, origin.stage === undefined ? problem : (madeByRun(origin.stage) ?? problem)));
    }
  }
  return missing;

  async function originOf(from: string): Promise<{ readonly directory: string; readonly stage: DockerfileStage } | undefined> {
    const origin = findStage(stages, from, stage);
    if (origin === undefined) return undefined;
    const directory = join(scratch, String(stages.indexOf(origin)));
    await assembleStage({ ...request, stage: origin, root: directory });
    return { directory, stage: origin };
  }
}

/** The stage that a name or number means, if it stands before `before`. */
export function findStage(stages: readonly DockerfileStage[], name: string, before: DockerfileStage): DockerfileStage | undefined {
  const earlier = stages.slice(0, stages.indexOf(before));
  return earlier.findLast((stage) => stage.name === name.toLowerCase()) ?? (/^\d+$/.test(name) ? earlier[Number(name)] : undefined);
}

async function place(copy: DockerfileCopy, source: string, origin: string, root: string): Promise<string | undefined> {
  if (/^(https?:|git@)/.test(source)) return `${source} is fetched by Docker only`;
  if (copy.text.startsWith('ADD') && /\.(tar|tgz|tar\.\w+)$/.test(source)) return `${source} is unpacked by Docker only`;
  const pattern = source.replace(/^\/+/, '').replace(/\/+$/, '') || '.';
  const found = /[*?[]/.test(pattern) ? globSync(pattern, { cwd: origin }) : [pattern];
  const inside = found.map((path) => join(origin, path)).filter((path) => !relative(origin, path).startsWith('..') && exists(path));
  if (inside.length === 0) return `${source} is not in the build context`;
  for (const path of inside) {
    const target = join(root, copy.destination);
    const isFile = statSync(path).isFile();
    const into = isFile && (copy.destination.endsWith('/') || isDirectory(target)) ? join(target, basename(path)) : target;
    await cp(path, into, { recursive: true, verbatimSymlinks: true });
  }
  return undefined;
}

/** Blames the RUN steps of the stage that the files come from. */
function madeByRun(stage: DockerfileStage): string | undefined {
  const run = stage.runs.at(-1);
  return run === undefined ? undefined : `line ${run.line} (RUN ${shorten(run.text)}) makes it, and without Docker no RUN step is run`;
}

function missed(copy: DockerfileCopy, why: string): MissingFiles {
  return { line: copy.line, text: shorten(copy.text), destination: copy.destination, why };
}

export function shorten(text: string): string {
  const single = text.replaceAll(/\s+/g, ' ');
  return single.length > 80 ? `${single.slice(0, 77)}...` : single;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
