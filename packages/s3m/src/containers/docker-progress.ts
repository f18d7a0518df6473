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
    docker.modem.followProgress(
      stream,
      (error) => {
        if (problem === undefined && (error === null || error === undefined)) resolve();
        else reject(problem === undefined ? error : new Error(problem));
      },
      (event: ProgressEvent) => {
        problem ??= event.error;
        for (const line of textOf(event).split('\n')) if (line.trim() !== '') say(event.id === undefined ? line : `${event.id}: ${line}`);
      },
    );
  });
}

/** Of many reports on a layer only those that end something are for people. */
function textOf({ stream, status, progressDetail }: ProgressEvent): string {
  if (stream !== undefined) return stream;
  return progressDetail === undefined || status?.endsWith('complete') === true ? (status ?? '') : '';
}
