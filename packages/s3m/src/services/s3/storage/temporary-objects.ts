import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where large objects stand that don't outlive the engine. */
export function temporaryObjects(stateDirectory: string): string {
  return join(stateDirectory, 'objects');
}

/** Removes what this engine, or one that was killed, has left there. */
export function removeTemporaryObjects(stateDirectory: string): void {
  rmSync(temporaryObjects(stateDirectory), { recursive: true, force: true });
}
