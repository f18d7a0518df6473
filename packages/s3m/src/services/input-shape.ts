import { ServiceError, unsupported } from './service-error.ts';

/** A member's value that breaks a constraint of the service's model. */
export interface Violation {
  /** `parameterFilters.1.member.key` */
  readonly path: string;
  /** As AWS prints it; undefined for what is not to be shown. */
  readonly shown: string | undefined;
  /** `Member must have length less than or equal to 10` */
  readonly constraint: string;
}

/** What a member of an operation's input may be. */
export interface Shape<T> {
  readonly required: boolean;
  /** Nothing but an error comes of it. */
  readonly unserved?: true;
  /** The value, once its type is right; what breaks a constraint is added to `violations`. @throws ServiceError */
  read(value: unknown, path: string, violations: Violation[]): T;
}

/** A shape whose member has to be there. */
export type RequiredShape<T> = Shape<T> & { readonly required: true };
export type Members = Readonly<Record<string, Shape<unknown>>>;
type ValueOf<S> = S extends Shape<infer T> ? T : never;

/** What an operation gets whose input has these members. */
export type InputOf<M extends Members> = {
  readonly [K in keyof M as M[K] extends RequiredShape<unknown> ? K : never]: ValueOf<M[K]>;
} & { readonly [K in keyof M as M[K] extends RequiredShape<unknown> ? never : K]?: ValueOf<M[K]> };

export function required<T>(shape: Shape<T>): RequiredShape<T> {
  return { ...shape, required: true };
}

interface TextRules<V extends string> {
  readonly min?: number;
  readonly max?: number;
  /** As AWS prints it, of the whole value. */
  readonly pattern?: string;
  readonly oneOf?: readonly V[];
  /** Its value is shown nowhere. */
  readonly sensitive?: true;
}

export function text<const V extends string = string>(rules: TextRules<V> = {}): Shape<V> {
  const { min, max, pattern, oneOf, sensitive } = rules;
  const regex = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, 'u');
  return shape((value, path, violations) => {
    if (typeof value !== 'string') throw wrongType(value, 'String');
    const violate = (constraint: string): void => {
      violations.push({ path, shown: sensitive === true ? undefined : `'${value}'`, constraint });
    };
    checkLength(value.length, min, max, violate);
    if (regex?.test(value) === false) violate(`Member must satisfy regular expression pattern: ${pattern}`);
    if (oneOf?.includes(value as V) === false) violate(`Member must satisfy enum value set: [${oneOf.join(', ')}]`);
    return value as V;
  });
}

export function integer({ min, max }: { readonly min?: number; readonly max?: number } = {}): Shape<number> {
  return shape((value, path, violations) => {
    if (typeof value !== 'number') throw wrongType(value, 'Integer');
    const whole = Math.floor(value);
    const violate = (constraint: string): void => void violations.push({ path, shown: `'${whole}'`, constraint });
    if (min !== undefined && whole < min) violate(`Member must have value greater than or equal to ${min}`);
    if (max !== undefined && whole > max) violate(`Member must have value less than or equal to ${max}`);
    return whole;
  });
}

export function flag(): Shape<boolean> {
  return shape((value) => {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'string') throw wrongType(value, 'Boolean');
    const word = value.toLowerCase();
    if (word !== 'true' && word !== 'false') throw serializationError('Unexpected token received from parser');
    return word === 'true';
  });
}

/** Bytes, which the JSON protocols carry in base64. `min` and `max` count bytes. */
export function blob({ min, max }: { readonly min?: number; readonly max?: number } = {}): Shape<Buffer> {
  return shape((value, path, violations) => {
    if (typeof value !== 'string') {
      if (typeof value !== 'object') throw serializationError('only base-64-encoded strings are convertible to bytes');
      throw wrongType(value, 'String');
    }
    const bytes = Buffer.from(value, 'base64');
    if (bytes.toString('base64').replace(/=+$/, '') !== value.replace(/=+$/, ''))
      throw serializationError('only base-64-encoded strings are convertible to bytes');
    checkLength(bytes.length, min, max, (constraint) => void violations.push({ path, shown: undefined, constraint }));
    return bytes;
  });
}

export function list<T>(item: Shape<T>, { min, max }: { readonly min?: number; readonly max?: number } = {}): Shape<readonly T[]> {
  return shape((value, path, violations) => {
    if (!Array.isArray(value))
      throw serializationError(isObject(value) ? 'Start of structure or map found where not expected' : 'Unexpected field type');
    checkLength(value.length, min, max, (constraint) => void violations.push({ path, shown: `'${show(value)}'`, constraint }));
    return value.map((each: unknown, index) => item.read(each, `${path}.${index + 1}.member`, violations));
  });
}

export function mapOf<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return shape((value, path, violations) => {
    const entries = Object.entries(objectOf(value));
    return Object.fromEntries(entries.map(([key, each]) => [key, item.read(each, `${path}.${key}.member`, violations)]));
  });
}

export function structure<M extends Members>(members: M): Shape<InputOf<M>> {
  const entries = Object.entries(members);
  return shape((value, path, violations) => {
    const given = objectOf(value);
    const read: Record<string, unknown> = {};
    for (const [name, member] of entries) {
      const memberPath = path === '' ? lowerFirst(name) : `${path}.${lowerFirst(name)}`;
      const each = Object.hasOwn(given, name) ? given[name] : undefined;
      if (each !== undefined && each !== null) read[name] = member.read(each, memberPath, violations);
      else if (member.required) violations.push({ path: memberPath, shown: 'null', constraint: 'Member must not be null' });
    }
    return read as InputOf<M>;
  });
}

/** A member that changes what the operation does and is not there; `what` names it, and says what to do instead. */
export function unserved(what: string): Shape<never> {
  return {
    ...shape((): never => {
      throw unsupported(`${what} is not supported here`);
    }),
    unserved: true,
  };
}

/** A member of any value that has no effect here. */
export function inert(_reason: string): Shape<unknown> {
  return shape((value) => value);
}

function shape<T>(read: Shape<T>['read']): Shape<T> {
  return { required: false, read };
}

function checkLength(length: number, min: number | undefined, max: number | undefined, violate: (constraint: string) => void): void {
  if (min !== undefined && length < min) violate(`Member must have length greater than or equal to ${min}`);
  if (max !== undefined && length > max) violate(`Member must have length less than or equal to ${max}`);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw serializationError(Array.isArray(value) ? 'Unrecognized collection type' : 'Unexpected field type');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** DynamoDB's texts, which other services of the same framework share. */
function wrongType(value: unknown, wanted: string): ServiceError {
  if (typeof value === 'number')
    return serializationError(`${Number.isInteger(value) ? 'NUMBER' : 'DECIMAL'}_VALUE cannot be converted to ${wanted}`);
  if (typeof value === 'boolean') return serializationError(`${value ? 'TRUE' : 'FALSE'}_VALUE cannot be converted to ${wanted}`);
  if (typeof value === 'string') return serializationError(`STRING_VALUE cannot be converted to ${wanted}`);
  if (Array.isArray(value)) return serializationError(`Unrecognized collection type class java.lang.${wanted}`);
  return serializationError('Start of structure or map found where not expected');
}

function serializationError(message: string): ServiceError {
  return new ServiceError('SerializationException', message);
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  return isObject(value)
    ? `{${Object.entries(value)
        .map(([name, each]) => `${name}=${show(each)}`)
        .join(', ')}}`
    : String(value);
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** `2 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; ...` */
export function describeViolations(violations: readonly Violation[]): string {
  const count = violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
  const texts = violations.map(
    ({ path, shown, constraint }) =>
      `Value ${shown === undefined ? '' : `${shown} `}at '${path}' failed to satisfy constraint: ${constraint}`,
  );
  return `${count} detected: ${texts.join('; ')}`;
}
