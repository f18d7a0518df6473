import { compileFilter, type Filter } from './json-path-filter.ts';
import { JavaList, JavaMap, type JavaValue } from './java-value.ts';
import { VtlFailure } from './vtl-problem.ts';

/** A compiled path. Null for what is not there. @throws VtlFailure when it would be too much work */
export type JsonPath = (root: JavaValue) => JavaValue;

/** A path that is none, or that has what is not simulated. */
export class JsonPathProblem extends Error {
  override readonly name = 'JsonPathProblem';
}

type Step =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'indices'; readonly indices: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'all' }
  | { readonly kind: 'scan' }
  | { readonly kind: 'filter'; readonly filter: Filter };

/** Values that one evaluation may visit. */
const maxVisits = 1_000_000;

const name = /\.?([^.[\]()'"\s*?@]+)(?!\s*\()/y;
const quoted = /\[\s*((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*)\s*\]/y;
const indices = /\[\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*\]/y;
const slice = /\[\s*(-?\d+)?\s*:\s*(-?\d+)?\s*\]/y;
const wildcard = /\.\*|\[\s*\*\s*\]/y;
const filterStart = /\[\s*\?\s*\(/y;
const length = /\.(?:length|size)\(\)$/y;

/** Compiles a path as Jayway's JsonPath reads it; one that does not begin with `$` is taken from the root. @throws JsonPathProblem */
export function compileJsonPath(text: string): JsonPath {
  const trimmed = text.trim();
  const path = /^[$@]/.test(trimmed) ? trimmed : `$.${trimmed}`;
  const { steps, counts } = parseSteps(path);
  const definite = steps.every(isDefinite);
  return (root) => {
    const visits = { left: maxVisits };
    let found: JavaValue[] = [root];
    for (const step of steps) found = found.flatMap((value) => take(value, step, root, visits));
    const result = definite ? found[0] : new JavaList(found, true);
    return counts ? sizeOf(result) : result;
  };
}

/** Whether a step finds one value at most; several names at the end make one map. */
function isDefinite(step: Step, index: number, steps: readonly Step[]): boolean {
  if (step.kind === 'names') return step.names.length === 1 || index === steps.length - 1;
  return step.kind === 'indices' && step.indices.length === 1;
}

function parseSteps(path: string): { readonly steps: readonly Step[]; readonly counts: boolean } {
  const steps: Step[] = [];
  let at = 1;
  const match = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(path) ?? undefined;
    if (found !== undefined) at += found[0].length;
    return found;
  };
  while (at < path.length) {
    if (match(length) !== undefined) return { steps, counts: true };
    if (path.startsWith('..', at)) {
      steps.push({ kind: 'scan' });
      at += path[at + 2] === '[' ? 2 : 1;
    }
    if (match(wildcard) !== undefined) {
      steps.push({ kind: 'all' });
      continue;
    }
    const property = match(name)?.[1];
    if (property !== undefined) {
      steps.push({ kind: 'names', names: [property] });
      continue;
    }
    const names = match(quoted)?.[1];
    if (names !== undefined) {
      steps.push({ kind: 'names', names: [...names.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)].map(unquote) });
      continue;
    }
    const positions = match(indices)?.[1];
    if (positions !== undefined) {
      steps.push({ kind: 'indices', indices: positions.split(',').map(Number) });
      continue;
    }
    const part = match(slice);
    if (part !== undefined) {
      steps.push({ kind: 'slice', from: toNumber(part[1]), to: toNumber(part[2]) });
      continue;
    }
    if (match(filterStart) === undefined) throw new JsonPathProblem(`not a JSONPath that is simulated: ${path}`);
    const filter = compileFilter(path, at, compileJsonPath);
    if (filter === undefined) throw new JsonPathProblem(`not a JSONPath filter that is simulated: ${path}`);
    at = filter.end;
    steps.push({ kind: 'filter', filter: filter.filter });
  }
  return { steps, counts: false };
}

function unquote([, single, double]: RegExpMatchArray): string {
  return (single ?? double!).replaceAll(/\\(.)/g, '$1');
}

function toNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

interface Visits {
  left: number;
}

function spend(visits: Visits, count: number): void {
  visits.left -= count;
  if (visits.left < 0) throw new VtlFailure(`A JSONPath visits more than ${maxVisits} values`);
}

function take(value: JavaValue, step: Step, root: JavaValue, visits: Visits): JavaValue[] {
  spend(visits, 1);
  switch (step.kind) {
    case 'names':
      return takeNames(value, step.names);
    case 'indices':
      return value instanceof JavaList ? step.indices.flatMap((index) => within(value.items, index)) : [];
    case 'slice':
      return value instanceof JavaList ? value.items.slice(step.from, step.to) : [];
    case 'all':
      return childrenOf(value, visits);
    case 'scan':
      return descend(value, visits);
    case 'filter': {
      const candidates = value instanceof JavaList ? value.items : [value];
      spend(visits, candidates.length);
      return candidates.filter((candidate) => step.filter(candidate, root));
    }
  }
}

function takeNames(value: JavaValue, names: readonly string[]): JavaValue[] {
  if (!(value instanceof JavaMap)) return [];
  if (names.length === 1) return value.entries.has(names[0]) ? [value.get(names[0])] : [];
  const picked = new JavaMap();
  for (const each of names) if (value.entries.has(each)) picked.entries.set(each, value.get(each));
  return [picked];
}

function within(items: readonly JavaValue[], index: number): JavaValue[] {
  const at = index < 0 ? items.length + index : index;
  return at >= 0 && at < items.length ? [items[at]] : [];
}

function childrenOf(value: JavaValue, visits: Visits): JavaValue[] {
  const children = value instanceof JavaList ? value.items : value instanceof JavaMap ? [...value.entries.values()] : [];
  spend(visits, children.length);
  return [...children];
}

/** A value and all below it, from the top down. */
function descend(value: JavaValue, visits: Visits): JavaValue[] {
  const found: JavaValue[] = [];
  const waiting: JavaValue[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (next instanceof JavaList || next instanceof JavaMap) found.push(next);
    waiting.push(...childrenOf(next, visits).toReversed());
  }
  return found;
}

function sizeOf(value: JavaValue): JavaValue {
  if (value instanceof JavaList) return BigInt(value.items.length);
  if (value instanceof JavaMap) return BigInt(value.entries.size);
  return typeof value === 'string' ? BigInt(value.length) : undefined;
}
