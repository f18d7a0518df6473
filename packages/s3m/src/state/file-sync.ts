import { open, type FileHandle } from 'node:fs/promises';

/** Makes the bytes of an open file safe. Stands apart so that tests can let it fail. */
export type SyncFile = (file: FileHandle) => Promise<void>;

export const syncFile: SyncFile = (file) => file.datasync();

/** Makes the names in a directory safe; where the system has no such thing, as on Windows, nothing is done. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
