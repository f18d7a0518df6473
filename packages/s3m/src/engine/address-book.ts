import type { Address, Properties, Value } from '../services/resource-type.ts';

interface Entry extends Address {
  readonly owner: string;
  readonly url: RegExp;
  /** Undefined where the host name alone stays as it is. */
  readonly host: RegExp | undefined;
  readonly localHost: string;
  /** AWS's scheme before the local host: of an address that was put together from parts, the host already local. */
  readonly mixed: RegExp | undefined;
}

/**
 * Which local address answers for which AWS address. A template value is resolved as AWS would print it; {@link localize} makes of it
 * what reaches a browser, a function or a task here.
 */
export class AddressBook {
  #entries: readonly Entry[] = [];

  /** Replaces what `owner` had put in. */
  set(owner: string, addresses: readonly Address[]): void {
    this.#entries = [...this.#entries.filter((entry) => entry.owner !== owner), ...addresses.map((address) => toEntry(owner, address))];
  }

  /** Takes an owner's addresses out, unless `only` says that newer ones of the same owner stand there. */
  remove(owner: string): void {
    this.set(owner, []);
  }

  /** The value with every known AWS address, URL or bare host name, replaced by the local one. */
  localize<T extends Value | Properties>(value: T): T {
    return this.#entries.length === 0 ? value : (mapStrings(value, (text) => this.#text(text)) as T);
  }

  #text(text: string): string {
    let result = text;
    for (const entry of this.#entries) {
      if (!result.includes('.')) return result;
      result = result.replace(entry.url, entry.local);
      if (entry.mixed !== undefined) result = result.replace(entry.mixed, entry.local);
      if (entry.host !== undefined) result = result.replace(entry.host, entry.localHost);
    }
    return result;
  }
}

function toEntry(owner: string, address: Address): Entry {
  const [{ host, protocol }, local] = [new URL(address.aws), new URL(address.local)];
  return {
    ...address,
    owner,
    localHost: local.host,
    mixed:
      protocol === local.protocol || address.urlOnly === true || local.pathname !== '/'
        ? undefined
        : new RegExp(`${escape(`${protocol}//${local.host}`)}(?!\\d)`, 'g'),
    // A host name ends where no character of a longer host name follows; the port of the scheme may be written out.
    url: new RegExp(`${escape(address.aws)}(?::443|:80)?(?![A-Za-z0-9.:-])`, 'g'),
    host: address.urlOnly === true ? undefined : new RegExp(`(?<![A-Za-z0-9.-])(?<!://)${escape(host)}(?![A-Za-z0-9.-])`, 'g'),
  };
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function mapStrings(value: Value | Properties, map: (text: string) => string): Value {
  if (typeof value === 'string') return map(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Value) => mapStrings(item, map));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, map)]));
}
