import { request } from 'node:http';
import { createInterface } from 'node:readline';
import type { ControlAnswers, ControlVerb } from './control-verbs.ts';
import { EngineFailure, userFailure, type Problem } from './problem.ts';
import { readRunFile } from './run-file.ts';

export interface AskOptions {
  readonly onLine?: (line: unknown) => void;
  readonly signal?: AbortSignal;
}

/** Asks the engine that runs in the project. @throws EngineFailure, also when none runs there */
export async function askEngine<V extends ControlVerb>(
  stateDirectory: string,
  verb: V,
  argument: object = {},
  options: AskOptions = {},
): Promise<ControlAnswers[V]> {
  const run = readRunFile(stateDirectory);
  if (run === undefined) throw await notRunning(stateDirectory.replace(/[/\\]\.s3m$/, ''));
  return new Promise<ControlAnswers[V]>((resolve, reject) => {
    const call = request(
      { socketPath: run.control, path: `/${verb}`, method: 'POST', ...(options.signal === undefined ? {} : { signal: options.signal }) },
      (response) => {
        const lines = createInterface({ input: response });
        let ended = false;
        lines.on('line', (text) => {
          const message = JSON.parse(text) as {
            readonly line?: unknown;
            readonly done?: ControlAnswers[V];
            readonly failed?: readonly Problem[];
          };
          if (message.failed !== undefined) reject(new EngineFailure(message.failed));
          else if ('line' in message) options.onLine?.(message.line);
          else resolve(message.done as ControlAnswers[V]);
          ended ||= 'done' in message || 'failed' in message;
        });
        lines.on('close', () => {
          if (!ended) reject(userFailure('NotRunning', 'The engine stopped before it answered'));
        });
        response.on('error', reject);
      },
    );
    call.on('error', (error) =>
      reject(
        'code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT')
          ? userFailure('NotReady', 'The engine is still starting', 'Try again in a moment.')
          : error,
      ),
    );
    call.end(JSON.stringify(argument));
  });
}

async function notRunning(directory: string): Promise<EngineFailure> {
  const { projectsRunningNear } = await import('./running-nearby.ts');
  const elsewhere = projectsRunningNear(directory);
  return userFailure(
    'NotRunning',
    `S3M does not run in ${directory}`,
    elsewhere.length === 0
      ? 'Verbs act on the system of the current folder: go to the folder where it runs, or start it here with: s3m up'
      : `It runs in ${elsewhere.join(' and in ')}: go there.`,
  );
}
