import type { Data } from 'dynalite/validations/index.js';

interface Section {
  readonly type: string;
  readonly path: readonly (string | number)[];
  val?: unknown;
}

/**
 * Has dynalite apply an update expression as AWS does: every path and value is that of the item before the update (DynamoDB Developer Guide, "Update
 * expressions"). dynalite sets the very value that it found elsewhere in the item, so that `SET x.k = x` would have it hold itself and a later change
 * of one would change both; and it removes elements of a list one after the other, each from what the ones before have left.
 */
export function settleSections(data: Data): void {
  const updates = data['_updates'] as { sections: Section[] } | undefined;
  if (updates === undefined) return;
  for (const section of updates.sections) if (section.type === 'set') copyWhatIsSet(section);
  const removals = updates.sections.filter(({ type }) => type === 'remove');
  if (removals.length > 0) {
    const others = updates.sections.filter(({ type }) => type !== 'remove');
    updates.sections = [...others, ...removals.toSorted((one, other) => indexOf(other) - indexOf(one))];
  }
}

/** dynalite puts the value that it has found where the operand was. */
function copyWhatIsSet(section: Section): void {
  let value = section.val;
  Object.defineProperty(section, 'val', {
    enumerable: true,
    get: () => value,
    set(found: unknown) {
      value = structuredClone(found);
    },
  });
}

/** Of the element that is removed; -1 for an attribute. */
function indexOf({ path }: Section): number {
  const last = path.at(-1);
  return typeof last === 'number' ? last : -1;
}
