import type { Properties, Value } from '../../resource-type.ts';
import type { ImportedApi } from './imported-api.ts';

/** An API's properties with those of its document, which win but for the name; lists of both are put together (AG-513). */
export function effectiveProperties(properties: Properties, document: ImportedApi | undefined): Properties {
  if (document === undefined) return properties;
  const { Name, BinaryMediaTypes, ...own } = properties;
  const binary = [...new Set([...listOf(BinaryMediaTypes), ...listOf(document.properties['BinaryMediaTypes'])])];
  return {
    ...own,
    ...document.properties,
    ...(Name === undefined ? {} : { Name }),
    ...(binary.length === 0 ? {} : { BinaryMediaTypes: binary }),
  };
}

function listOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}
