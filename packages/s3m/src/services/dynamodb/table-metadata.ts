import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Item, RolesLayout } from '../../capabilities/table.ts';
import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type ResourceContext } from '../resource-type.ts';
import { toItem } from './attribute-value.ts';

/** What the template's Metadata `S3M` says about a table for local running. */
export interface TableMetadata {
  readonly seed: readonly Item[];
  readonly roles?: RolesLayout;
}

/**
 * Reads `S3M: {seed: [{...}] or "file.json", roles: {subject: "subject", roles: "roles"}}`. Items are plain objects. A list of strings
 * becomes a string set in the attribute that holds roles, a list anywhere else. A file is looked for beside the template, then in the project.
 * @throws ResourceFailure
 */
export function readTableMetadata(context: ResourceContext): TableMetadata {
  const metadata = new PropertyReader(context.metadata).object('S3M');
  if (metadata === undefined) return { seed: [] };
  const layout = metadata.object('roles');
  const roles = layout === undefined ? undefined : { subject: layout.string('subject'), roles: layout.string('roles') };
  const seed = readSeed(context, metadata.raw('seed'));
  return {
    seed: seed.map((plain) => toItem(plain, roles === undefined ? [] : [roles.roles])),
    ...(roles === undefined ? {} : { roles }),
  };
}

function readSeed(context: ResourceContext, seed: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (seed === undefined) return [];
  const items = typeof seed === 'string' ? readSeedFile(context, seed) : seed;
  if (Array.isArray(items) && items.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item))) return items;
  throw wrongSeed(
    `Metadata S3M.seed must be a list of objects, or the name of a JSON file with one${typeof seed === 'string' ? `: ${seed}` : ''}`,
  );
}

function readSeedFile(context: ResourceContext, name: string): unknown {
  const candidates = [context.resolvePath(name), join(context.account.stateDirectory, '..', name)];
  const path = candidates.find((candidate) => existsSync(candidate));
  if (path === undefined) throw wrongSeed(`Metadata S3M.seed names ${name}, and there is neither ${candidates.join(' nor ')}`);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw wrongSeed(`${path} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function wrongSeed(message: string): ResourceFailure {
  return new ResourceFailure(message, {
    property: 'Metadata.S3M.seed',
    fix: 'Write S3M: {seed: [{"id": "a"}, ...]} or S3M: {seed: "file.json"}.',
  });
}
