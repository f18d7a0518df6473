import type { Json } from './http-api-request.ts';

/** Characters of a body that a JSON path is applied to (AG-587). */
const maxBody = 100 * 1024;

/** Takes a value out of a body, as text; undefined when there is none, or the body is not JSON. */
export type BodySelector = (body: Buffer | undefined) => string | undefined;

/**
 * Compiles what follows `$request.body`: nothing for the whole body, else `.name`, `['name']` and `[0]` in any number (AG-587).
 * Undefined for recursive descent, filters, and what is no path.
 */
export function compileBodySelector(path: string): BodySelector | undefined {
  if (path === '') return (body) => body?.toString('utf8');
  const steps: (string | number)[] = [];
  let rest = path;
  while (rest !== '') {
    const match = /^(?:\.([A-Za-z0-9_-]+)|\['([^']+)'\]|\[(\d+)\])/.exec(rest);
    if (match === null) return undefined;
    steps.push(match[3] === undefined ? (match[1] ?? match[2])! : Number(match[3]));
    rest = rest.slice(match[0].length);
  }
  return (body) => (body === undefined ? undefined : toText(select(tryParse(body), steps)));
}

function select(value: Json | undefined, steps: readonly (string | number)[]): Json | undefined {
  let current = value;
  for (const step of steps) {
    if (current === null || typeof current !== 'object') return undefined;
    if (Array.isArray(current)) current = typeof step === 'number' ? (current as readonly Json[])[step] : undefined;
    else current = Object.hasOwn(current, step) ? (current as { readonly [key: string]: Json })[step] : undefined;
  }
  return current;
}

/** What is cut off in its middle is no JSON any more, and has no values. */
function tryParse(body: Buffer): Json | undefined {
  try {
    return JSON.parse(body.subarray(0, maxBody).toString('utf8')) as Json;
  } catch {
    return undefined;
  }
}

function toText(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
