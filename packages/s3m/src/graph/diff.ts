import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../template/json.ts';

/** A resource as it is, or as it should be. */
export interface DiffNode {
  readonly id: string;
  readonly type: string;
  /** Resolved; whatever should count as a change is part of them: the hash of an asset, for one. */
  readonly properties: JsonObject;
}

/** What happens to a resource. `changed`: the top-level properties that differ. */
export type Change =
  | { readonly kind: 'create'; readonly id: string }
  | { readonly kind: 'keep'; readonly id: string }
  | { readonly kind: 'update'; readonly id: string; readonly changed: readonly string[] }
  /** A new one is made first, the old one deleted afterwards (CFN-010). */
  | { readonly kind: 'replace'; readonly id: string; readonly changed: readonly string[] }
  | { readonly kind: 'delete'; readonly id: string };

/** Whether a change of `changed` properties can only be had with a new resource. */
export type ReplacedBy = (type: string, changed: readonly string[]) => boolean;

/** Compares what runs with what should run: one change per node, those of `next` in its order, then the deletions. */
export function diffNodes(previous: readonly DiffNode[], next: readonly DiffNode[], replacedBy: ReplacedBy): Change[] {
  const before = new Map(previous.map((node) => [node.id, node]));
  const kept = new Set(next.map(({ id }) => id));
  return [
    ...next.map((node) => changeOf(before.get(node.id), node, replacedBy)),
    ...previous.flatMap(({ id }): Change[] => (kept.has(id) ? [] : [{ kind: 'delete', id }])),
  ];
}

/** What happens to one node that should be there. */
export function changeOf(before: DiffNode | undefined, after: DiffNode, replacedBy: ReplacedBy): Change {
  const { id } = after;
  if (before === undefined) return { kind: 'create', id };
  const changed = changedProperties(before.properties, after.properties);
  if (before.type !== after.type) return { kind: 'replace', id, changed };
  if (changed.length === 0) return { kind: 'keep', id };
  return { kind: replacedBy(after.type, changed) ? 'replace' : 'update', id, changed };
}

function changedProperties(before: JsonObject, after: JsonObject): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name])).toSorted();
}
