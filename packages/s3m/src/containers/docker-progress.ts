import { stripVTControlCharacters } from 'node:util';
import type Docker from 'dockerode';

interface ProgressEvent {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: object;
  /** The engine's own text of what went wrong; the stream ends after it as if all were well. */
  readonly error?: string;
}

/** What Docker reports line by line while it builds, pushes or pulls. @throws Error with the engine's own text. */
export function followProgress(docker: Docker, stream: NodeJS.ReadableStream, say: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let problem: string | undefined;
    // A line may come in pieces, and painted.
    let piece = '';
    const tell = (text: string, id?: string): void => {
      const line = stripVTControlCharacters(text).trimEnd();
      if (line !== '') say(id === undefined ? line : `${id}: ${line}`);
    };
    docker.modem.followProgress(
      stream,
      (error) => {
        tell(piece);
        if (problem === undefined && (error === null || error === undefined)) resolve();
        else reject(problem === undefined ? error : new Error(problem));
      },
      (event: ProgressEvent) => {
        problem ??= event.error;
        const lines = `${piece}${event.stream ?? ''}`.split('\n');
        piece = lines.pop() ?? '';
        for (const line of lines) tell(line);
        tell(statusOf(event), event.id);
      },
    );
  });
}

/** Of many reports on a layer only those that end something are for people. */
function statusOf({ status, progressDetail }: ProgressEvent): string {
  return progressDetail === undefined || status?.endsWith('complete') === true ? (status ?? '') : '';
}
