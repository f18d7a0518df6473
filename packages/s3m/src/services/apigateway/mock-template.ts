import { entriesOf, isUnresolved } from '../known-value.ts';
import type { Finding, Value } from '../resource-type.ts';
import { unsupported } from './finding.ts';

/** The status of a MOCK integration's request template, or why it has none: then each call is answered 500 (AG-317, AG-319). */
export type MockStatus = { readonly status: number } | { readonly problem: string };

/** Whether a template has VTL in it: a directive (`#set`) or a reference (`$input`). */
export function hasVtl(template: string): boolean {
  return /#[a-zA-Z#*@{]|\$!?\{?[a-zA-Z]/.test(template);
}

/** Templates are taken as they stand; with VTL in them they would have to be run. */
export function checkTemplates(templates: Value | undefined, property: string): readonly Finding[] {
  return entriesOf(templates).flatMap(([mediaType, template]) =>
    typeof template === 'string' && !isUnresolved(template) && hasVtl(template)
      ? [unsupported(`${property}.${mediaType}`, 'Mapping templates with VTL (# directives, $ references) are not simulated')]
      : [],
  );
}

/** Reads `{"statusCode": 200}`, also with names that are not quoted, as CDK writes it (AG-317, CFN-071). */
export function parseMockStatus(template: string): MockStatus {
  const quoted = template.replaceAll(/([{,]\s*)([A-Za-z_]\w*)(\s*:)/g, '$1"$2"$3');
  for (const text of [template, quoted]) {
    const value = tryJson(text);
    if (value !== undefined) return toStatus(value);
  }
  return { problem: `the request template is not JSON: ${template}` };
}

function toStatus(value: unknown): MockStatus {
  if (typeof value === 'object' && value !== null && 'statusCode' in value) {
    const { statusCode } = value;
    if (typeof statusCode === 'number' && Number.isInteger(statusCode)) return { status: statusCode };
  }
  return { problem: 'the request template gives no integer statusCode' };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
