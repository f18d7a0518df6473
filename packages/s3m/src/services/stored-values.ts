import type { Directory } from '../capabilities/directory.ts';
import type { Secret } from '../capabilities/secret.ts';
import type { StoredParameter } from '../capabilities/stored-parameter.ts';

/** A secret by its name or its ARN, which may lack the suffix of six characters. */
export function findSecret(directory: Directory, id: string): Secret | undefined {
  const exact = directory.find('secret', id);
  if (exact !== undefined) return exact;
  return directory.list('secret').find(([arn, { name }]) => name === id || arn.slice(0, -7) === id)?.[1];
}

/** A parameter by its name or its ARN. */
export function findParameter(directory: Directory, id: string): StoredParameter | undefined {
  return directory.find('parameter', id) ?? directory.list('parameter').find(([, { arn }]) => arn === id)?.[1];
}

/** The member `key` of a secret that is a JSON object; undefined when it is none or has no such member. */
export function jsonMember(secret: string, key: string): string | undefined {
  try {
    const value: unknown = JSON.parse(secret);
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    const member: unknown = (value as Record<string, unknown>)[key];
    return typeof member === 'string' ? member : JSON.stringify(member);
  } catch {
    return undefined;
  }
}
