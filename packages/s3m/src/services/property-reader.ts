import { ResourceFailure, type Properties, type Value } from './resource-type.ts';

/**
 * Reads the resolved properties of a resource, as CloudFormation does: `"true"` is a boolean and `"80"` a number where one is wanted.
 * A property that is missing or of another kind throws a {@link ResourceFailure} that names it.
 */
export class PropertyReader {
  readonly #value: Properties;
  readonly #path: string;

  constructor(value: Properties, path = '') {
    this.#value = value;
    this.#path = path;
  }

  get properties(): Properties {
    return this.#value;
  }

  has(name: string): boolean {
    return this.#value[name] !== undefined && this.#value[name] !== null;
  }

  raw(name: string): Value | undefined {
    return this.#value[name];
  }

  string(name: string): string {
    return this.optionalString(name) ?? this.#missing(name);
  }

  optionalString(name: string): string | undefined {
    const value = this.#value[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return this.#wrong(name, 'a string');
  }

  /** One of `allowed`; `fallback` when absent, an error when absent and there is none. */
  oneOf<const T extends string>(name: string, allowed: readonly T[], fallback?: T): T {
    const value = this.optionalString(name) ?? fallback ?? this.#missing(name);
    if ((allowed as readonly string[]).includes(value)) return value as T;
    throw new ResourceFailure(`Property ${this.#at(name)} is "${value}". Allowed: ${allowed.join(', ')}`, { property: this.#at(name) });
  }

  integer(name: string, fallback?: number): number {
    return this.optionalInteger(name) ?? fallback ?? this.#missing(name);
  }

  optionalInteger(name: string): number | undefined {
    const value = this.#value[name];
    if (value === undefined || value === null) return undefined;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number)) return number;
    return this.#wrong(name, 'an integer');
  }

  /** May be a fraction. */
  number(name: string, fallback: number): number {
    const value = this.#value[name];
    if (value === undefined || value === null) return fallback;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    return this.#wrong(name, 'a number');
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.#value[name];
    if (value === undefined || value === null) return fallback;
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    return this.#wrong(name, 'true or false');
  }

  /** A list of strings; empty when absent. A single string counts as a list of one. */
  strings(name: string): string[] {
    const value = this.#value[name];
    if (value === undefined || value === null) return [];
    if (typeof value === 'string') return [value];
    if (!Array.isArray(value)) return this.#wrong(name, 'a list of strings');
    return value.map((item: Value) =>
      typeof item === 'string' || typeof item === 'number' ? String(item) : this.#wrong(name, 'a list of strings'),
    );
  }

  /** A reader for each object of a list; empty when absent. */
  objects(name: string): PropertyReader[] {
    const value = this.#value[name];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) return this.#wrong(name, 'a list of objects');
    return value.map((item: Value, index) =>
      isObject(item) ? new PropertyReader(item, `${this.#at(name)}[${index}]`) : this.#wrong(name, 'a list of objects'),
    );
  }

  object(name: string): PropertyReader | undefined {
    const value = this.#value[name];
    if (value === undefined || value === null) return undefined;
    return isObject(value) ? new PropertyReader(value, this.#at(name)) : this.#wrong(name, 'an object');
  }

  /** A map of strings; empty when absent. */
  stringMap(name: string): Record<string, string> {
    const value = this.#value[name];
    if (value === undefined || value === null) return {};
    if (!isObject(value)) return this.#wrong(name, 'a map of strings');
    const map: Record<string, string> = {};
    for (const [key, item] of Object.entries(value)) {
      if (item === null || typeof item === 'object') this.#wrong(`${name}.${key}`, 'a string');
      map[key] = String(item);
    }
    return map;
  }

  #at(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  #missing(name: string): never {
    throw new ResourceFailure(`Property validation failure: [The property {/${this.#at(name).replaceAll('.', '/')}} is required]`, {
      property: this.#at(name),
    });
  }

  #wrong(name: string, wanted: string): never {
    throw new ResourceFailure(`Property ${this.#at(name)} must be ${wanted}, it is ${JSON.stringify(this.#value[name])}`, {
      property: this.#at(name),
    });
  }
}

function isObject(value: Value): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
