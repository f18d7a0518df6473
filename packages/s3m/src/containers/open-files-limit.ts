import { findSystemTool } from './executable-path.ts';
import { TaskStartFailure, type ContainerSpec } from './task-runtime.ts';

/** What a command is put behind to have the limit of its definition (ECS-019); without one it has this machine's. */
export function openFilesLimit({ definition: { name, openFiles } }: ContainerSpec): readonly string[] {
  if (openFiles === undefined) return [];
  const prlimit = findSystemTool('prlimit');
  if (prlimit !== undefined) return [prlimit, `--nofile=${openFiles.soft}:${openFiles.hard}`];
  throw new TaskStartFailure(
    'ResourceInitializationError: the limit of open files cannot be set',
    `Cannot start container "${name}" as a process: its limit of open files (Ulimits) needs prlimit of util-linux, which is not installed. Install it, or use --runtime docker.`,
  );
}
