import { resolve } from 'node:path';
import type { DiffNode } from '../graph/diff.ts';
import type { Properties, ResourceType } from '../services/resource-type.ts';
import type { DeployedResource } from './deployed-stack.ts';
import { fingerprintTree } from './source-fingerprint.ts';

/** A resource as the graph compares it: both views count, and the engine's own Metadata and local files as properties of their own. */
export function comparable({
  content,
  name,
  type,
  properties,
  local,
  metadata,
}: Pick<DeployedResource, 'content' | 'name' | 'type' | 'properties' | 'local' | 'metadata'>): DiffNode {
  const own = metadata['S3M'];
  const views = Object.fromEntries(Object.keys(properties).map((key) => [key, [properties[key]!, local[key]!]]));
  const outside = { ...(own === undefined ? {} : { S3M: own }), ...(content === '' ? {} : { content }) };
  return { id: name.logicalId, type: type.type, properties: { ...views, ...outside } };
}

/** A digest of the folder or file that a plain template's `Code` or `Content` names by a relative path. */
export function localContent(directory: string, properties: Properties): string {
  const paths = [properties['Code'], properties['Content']].filter((value) => typeof value === 'string');
  return paths.map((path) => fingerprintTree(resolve(directory, path))).join('\n');
}

/** Whether a change of these properties makes CloudFormation replace the resource. */
export function replaces(type: ResourceType, changed: readonly string[]): boolean {
  return type.replacedBy?.some((property) => property === '*' || changed.includes(property)) ?? false;
}
