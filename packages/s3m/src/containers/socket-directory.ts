import { chmodSync, lstatSync, mkdirSync, rmSync, rmdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A Unix socket's path may have 108 bytes on Linux, 104 on macOS, the closing zero included; the names inside have up to 8. */
const LONGEST_DIRECTORY = 104 - 1 - 12;

/**
 * The directory that holds a project's sockets: short, below the user's runtime directory where there is one, else the temporary directory.
 * It belongs to this user alone (mode 0700): who cannot enter it cannot connect.
 *
 * @throws Error when somebody else made it first, or all paths are too long.
 */
export function projectSocketDirectory(projectId: string, bases: readonly string[] = usualBases()): string {
  const user = `s3m-${userInfo().uid}`;
  const usable = bases.filter((base) => join(base, user, projectId, '00000000').length <= LONGEST_DIRECTORY);
  let problem = `the paths get longer than the ${LONGEST_DIRECTORY} bytes that Unix sockets allow`;
  for (const base of usable) {
    try {
      return privateDirectory(join(privateDirectory(join(base, user)), projectId));
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
  }
  throw new Error(`Cannot keep sockets in ${bases.join(' or ')}: ${problem}. Set TMPDIR to a short path of your own.`);
}

/** Makes `path` a directory that only this user may enter, or checks that it is one. */
export function privateDirectory(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  if (!found.isDirectory()) throw new Error(`${path} is no directory`);
  if (found.uid !== userInfo().uid) throw new Error(`${path} belongs to user ${found.uid}`);
  if ((found.mode & 0o077) !== 0) chmodSync(path, 0o700);
  return path;
}

/** Takes the project's directory away when no task has anything in it. */
export function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Another engine of the same user has tasks there.
  }
}

function usualBases(): readonly string[] {
  return [process.env['XDG_RUNTIME_DIR'] ?? '', tmpdir(), '/tmp'].filter((base) => base !== '');
}

export function removeDirectory(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
