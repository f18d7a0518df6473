import type { HttpAnswer } from '../http/exchange.ts';

/** A request that has its answer. */
export interface Answered<Request> {
  readonly request: Request;
  readonly answer: HttpAnswer;
}

/** The value of a `$context` variable in an access log; undefined for none. */
export type LogSource<Request> = (answered: Answered<Request>) => string | undefined;

/** What every kind of API tells of its answers (AG-473, AG-595). */
const answerVariables: Readonly<Record<string, LogSource<unknown>>> = {
  responseLength: ({ answer }) => String(lengthOf(answer)),
  status: ({ answer }) => String(answer.status),
};

/** Finds variables by name: those that only access logs have, then those of templates and mappings. */
export function createLogVariables<Request>(
  ofLogs: Readonly<Record<string, LogSource<Request>>>,
  contextVariable: (name: string) => ((request: Request) => string | undefined) | undefined,
): (name: string) => LogSource<Request> | undefined {
  const variables = new Map<string, LogSource<Request>>(Object.entries({ ...answerVariables, ...ofLogs }));
  return (name) => {
    const own = variables.get(name);
    if (own !== undefined) return own;
    const source = contextVariable(name);
    return source === undefined ? undefined : ({ request }) => source(request);
  };
}

/** A duration as access logs print it. */
export function milliseconds(time: number | undefined): string | undefined {
  return time === undefined ? undefined : String(Math.round(time));
}

/** Bytes of an answer's body; 0 where they are not known. */
export function lengthOf({ body }: HttpAnswer): number {
  if (body === undefined) return 0;
  return typeof body === 'string' ? Buffer.byteLength(body) : (body.length ?? 0);
}
