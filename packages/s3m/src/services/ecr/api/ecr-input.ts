import { EcrError } from '../ecr-error.ts';

/** Reads the input of an operation. A member of another type is refused as it is on AWS, a missing one that must be there too. */
export class EcrInput {
  readonly raw: Readonly<Record<string, unknown>>;

  constructor(raw: Readonly<Record<string, unknown>>) {
    this.raw = raw;
  }

  string(name: string): string {
    return this.optionalString(name) ?? missing(name);
  }

  optionalString(name: string): string | undefined {
    const value = this.raw[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    throw serialization(name, 'a string');
  }

  oneOf<const T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const value = this.optionalString(name) ?? fallback;
    if ((allowed as readonly string[]).includes(value)) return value as T;
    throw invalidParameter(name, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
  }

  boolean(name: string): boolean {
    const value = this.raw[name];
    if (value === undefined || value === null) return false;
    if (typeof value === 'boolean') return value;
    throw serialization(name, 'a boolean');
  }

  integer(name: string): number | undefined {
    const value = this.raw[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && Number.isInteger(value)) return value;
    throw serialization(name, 'an integer');
  }

  strings(name: string): readonly string[] | undefined {
    const value = this.raw[name];
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
    throw serialization(name, 'a list of strings');
  }

  object(name: string): EcrInput {
    const value = this.raw[name] ?? {};
    if (isObject(value)) return new EcrInput(value);
    throw serialization(name, 'a structure');
  }

  objects(name: string): readonly EcrInput[] | undefined {
    const value = this.raw[name];
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value) && value.every(isObject)) return value.map((each) => new EcrInput(each));
    throw serialization(name, 'a list of structures');
  }
}

/** @throws EcrError */
export function toInput(value: unknown): EcrInput {
  if (isObject(value)) return new EcrInput(value);
  throw new EcrError('SerializationException', 'Start of structure or map found where not expected.');
}

export function invalidParameter(name: string, constraint: string): EcrError {
  return new EcrError('InvalidParameterException', `Invalid parameter at '${name}' failed to satisfy constraint: '${constraint}'`);
}

function missing(name: string): never {
  throw invalidParameter(name, 'Member must not be null');
}

function serialization(name: string, wanted: string): EcrError {
  return new EcrError('SerializationException', `${name} must be ${wanted}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
