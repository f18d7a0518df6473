import type { Directory } from '../capabilities/directory.ts';
import type { Properties, ResourceName, Value } from './resource-type.ts';

/** A resource as CloudFormation knows it. */
export interface MadeResource {
  readonly name: ResourceName;
  readonly ref: string;
  readonly attributes: Readonly<Record<string, Value>>;
  /** As AWS would see them. */
  readonly properties: Properties;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  readonly changedAt: number;
}

/** A directory is one account's. */
const lists = new WeakMap<Directory, () => readonly MadeResource[]>();

/** Lets services tell what their resources were made from. @param list all that there are at the moment */
export function tellMadeResources(directory: Directory, list: () => readonly MadeResource[]): void {
  lists.set(directory, list);
}

/** The resources of a type, in the order in which they were made. */
export function madeResources(directory: Directory, type: string): readonly MadeResource[] {
  return (lists.get(directory)?.() ?? []).filter(({ name }) => name.type === type);
}
