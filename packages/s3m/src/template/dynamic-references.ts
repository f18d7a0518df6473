import { FunctionFailure, within } from './function-failure.ts';
import { isJsonArray, isJsonObject, type Json } from './json.ts';
import { concatenate, isUnresolved } from './unresolved.ts';

/** A dynamic reference, taken apart (CFN-006). */
export type DynamicReference =
  /** `{{resolve:ssm:name[:version]}}`, also `ssm-secure`. */
  | { readonly kind: 'ssm'; readonly secure: boolean; readonly name: string; readonly version?: string }
  /** `{{resolve:secretsmanager:id:SecretString:json-key:version-stage:version-id}}` */
  | {
      readonly kind: 'secretsmanager';
      /** Name or ARN. */
      readonly secretId: string;
      /** The whole secret string when absent. */
      readonly jsonKey?: string;
      readonly versionStage?: string;
      readonly versionId?: string;
    };

const pattern = /\{\{resolve:([a-z-]+):([^{}]+)\}\}/g;

/** Puts values in the place of all dynamic references in `value`. `find` throws FunctionFailure when there is none. */
export function resolveDynamicReferences(value: Json, find: (reference: DynamicReference) => string): Json {
  if (typeof value === 'string') return value.includes('{{resolve:') ? replaceIn(value, find) : value;
  if (isJsonArray(value)) return value.map((item, index) => within(index, () => resolveDynamicReferences(item, find)));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, within(key, () => resolveDynamicReferences(item, find))]));
}

function replaceIn(text: string, find: (reference: DynamicReference) => string): string {
  if (isUnresolved(text)) return text;
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(from, match.index), find(parseDynamicReference(match[1]!, match[2]!)));
    from = match.index + match[0].length;
  }
  return concatenate([...parts, text.slice(from)]);
}

/** @throws FunctionFailure for a service that CloudFormation does not know */
function parseDynamicReference(service: string, reference: string): DynamicReference {
  if (service === 'ssm' || service === 'ssm-secure') {
    const [, name = reference, version] = /^(.+?)(?::(\d+))?$/.exec(reference) ?? [];
    return { kind: 'ssm', secure: service === 'ssm-secure', name, ...(version === undefined ? {} : { version }) };
  }
  if (service !== 'secretsmanager') {
    throw new FunctionFailure(
      `Template error: Dynamic reference to service ${service} is not known`,
      'Known are ssm, ssm-secure and secretsmanager',
    );
  }
  // An ARN holds six colons of its own: arn:aws:secretsmanager:region:account:secret:name.
  const parts = reference.split(':');
  const idLength = parts[0] === 'arn' ? 7 : 1;
  const secretId = parts.slice(0, idLength).join(':');
  const [, jsonKey, versionStage, versionId] = parts.slice(idLength);
  return {
    kind: 'secretsmanager',
    secretId,
    ...(given(jsonKey) ? { jsonKey } : {}),
    ...(given(versionStage) ? { versionStage } : {}),
    ...(given(versionId) ? { versionId } : {}),
  };
}

function given(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
