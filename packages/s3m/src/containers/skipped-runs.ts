import { resolve } from 'node:path/posix';
import type { DockerfileStage } from './dockerfile.ts';
import { findStage } from './image-layout.ts';

/** A `RUN` instruction that an image needs and that nobody runs without Docker. */
export interface SkippedRun {
  readonly line: number;
  readonly text: string;
  /** Where it runs, in its own stage. */
  readonly directory: string;
  /** Whether all that it leaves in that directory is in the image; otherwise some of the files below are. */
  readonly whole: boolean;
}

/** Those of a stage, of the stages that it begins with, and of those from whose working directories it copies, in the Dockerfile's order. */
export function skippedRuns(stages: readonly DockerfileStage[], stage: DockerfileStage): readonly SkippedRun[] {
  const found = new Map<number, SkippedRun>();
  const add = (run: SkippedRun): void => {
    if (found.get(run.line)?.whole !== true) found.set(run.line, run);
  };
  for (const run of stage.runs) add({ ...run, whole: true });
  const base = findStage(stages, stage.base, stage);
  if (base !== undefined) skippedRuns(stages, base).forEach(add);
  for (const { from, sources } of stage.copies) {
    const origin = from === undefined ? undefined : findStage(stages, from, stage);
    for (const run of origin === undefined ? [] : skippedRuns(stages, origin)) {
      if (sources.some((source) => contains(source, run.directory))) add(run);
      else if (sources.some((source) => contains(run.directory, source))) add({ ...run, whole: false });
    }
  }
  return [...found.values()].toSorted((one, other) => one.line - other.line);
}

function contains(directory: string, path: string): boolean {
  const [outer, inner] = [resolve('/', directory), resolve('/', path)];
  return outer === '/' || inner === outer || inner.startsWith(`${outer}/`);
}
