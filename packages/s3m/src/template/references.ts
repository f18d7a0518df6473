import { isConditionFunction } from './condition-functions.ts';
import { attributeReference } from './functions/get-att.ts';
import { parseSub, subArguments } from './functions/sub.ts';
import { isJsonArray, isJsonObject, type Json } from './json.ts';
import { appendPointer } from './json-pointer.ts';

/** A place in a template that names something else. */
export type Reference =
  /** `Ref` or `${Name}`: a resource, a parameter or a pseudo parameter. */
  | { readonly kind: 'ref'; readonly name: string; readonly pointer: string }
  | {
      readonly kind: 'attribute';
      readonly name: string;
      /** Undefined when a function gives it. */
      readonly attribute: string | undefined;
      readonly by: 'Fn::GetAtt' | 'Fn::Sub';
      readonly pointer: string;
    }
  | { readonly kind: 'depends-on'; readonly name: string; readonly pointer: string }
  | { readonly kind: 'condition'; readonly name: string; readonly pointer: string }
  | { readonly kind: 'mapping'; readonly name: string; readonly pointer: string }
  /** `value` is the export's name, which may hold functions. */
  | { readonly kind: 'import'; readonly value: Json; readonly pointer: string };

/**
 * Finds all references in `value`. Malformed functions are passed over.
 * @param taken which branch of a Fn::If counts; without it both do
 */
export function collectReferences(value: Json | undefined, pointer: string, taken?: (condition: string) => boolean): Reference[] {
  const found: Reference[] = [];
  if (value !== undefined) visit(value, pointer, found, taken);
  return found;
}

function visit(value: Json, pointer: string, found: Reference[], taken: ((condition: string) => boolean) | undefined): void {
  if (isJsonArray(value)) {
    value.forEach((item, index) => visit(item, appendPointer(pointer, index), found, taken));
    return;
  }
  if (!isJsonObject(value)) return;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && visitFunction(name!, argument!, appendPointer(pointer, name!), found, taken)) return;
  for (const [key, item] of entries) visit(item, appendPointer(pointer, key), found, taken);
}

/** Answers whether that was a function, and is dealt with. */
function visitFunction(
  name: string,
  argument: Json,
  pointer: string,
  found: Reference[],
  taken: ((condition: string) => boolean) | undefined,
): boolean {
  if (name === 'Ref') {
    if (typeof argument === 'string') found.push({ kind: 'ref', name: argument, pointer });
    return true;
  }
  if (name === 'Condition' && typeof argument === 'string') {
    found.push({ kind: 'condition', name: argument, pointer });
    return true;
  }
  if (name === 'Fn::GetAtt') {
    ignoringMalformed(() => {
      const { logicalId, attribute } = attributeReference(argument);
      const known = typeof attribute === 'string' ? attribute : undefined;
      found.push({ kind: 'attribute', name: logicalId, attribute: known, by: 'Fn::GetAtt', pointer });
      if (known === undefined) visit(attribute, appendPointer(pointer, 1), found, taken);
    });
    return true;
  }
  if (name === 'Fn::Sub') {
    ignoringMalformed(() => visitSub(argument, pointer, found, taken));
    return true;
  }
  if (name === 'Fn::If' && isJsonArray(argument) && argument.length === 3 && typeof argument[0] === 'string') {
    found.push({ kind: 'condition', name: argument[0], pointer });
    const branches = taken === undefined ? [1, 2] : [taken(argument[0]) ? 1 : 2];
    for (const branch of branches) visit(argument[branch]!, appendPointer(pointer, branch), found, taken);
    return true;
  }
  if (name === 'Fn::ImportValue') found.push({ kind: 'import', value: argument, pointer });
  if (name === 'Fn::FindInMap' && isJsonArray(argument) && typeof argument[0] === 'string') {
    found.push({ kind: 'mapping', name: argument[0], pointer });
  }
  if (name.startsWith('Fn::') || isConditionFunction(name)) visit(argument, pointer, found, taken);
  return name.startsWith('Fn::');
}

function visitSub(argument: Json, pointer: string, found: Reference[], taken: ((condition: string) => boolean) | undefined): void {
  const { text, values } = subArguments(argument);
  for (const part of parseSub(text)) {
    if (part.kind === 'text' || Object.hasOwn(values, part.name)) continue;
    const dot = part.name.indexOf('.');
    if (dot > 0) {
      const [name, attribute] = [part.name.slice(0, dot), part.name.slice(dot + 1)];
      found.push({ kind: 'attribute', name, attribute, by: 'Fn::Sub', pointer });
    } else {
      found.push({ kind: 'ref', name: part.name, pointer });
    }
  }
  for (const [key, value] of Object.entries(values)) visit(value, appendPointer(appendPointer(pointer, 1), key), found, taken);
}

function ignoringMalformed(work: () => void): void {
  try {
    work();
  } catch {
    // check-functions.ts reports it.
  }
}
