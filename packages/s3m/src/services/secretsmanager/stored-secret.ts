import { randomUUID } from 'node:crypto';
import type { Secret, SecretVersion } from '../../capabilities/secret.ts';

interface Version {
  readonly id: string;
  readonly value: string;
}

/** A secret in memory, with its current version and the one before. */
export class StoredSecret implements Secret {
  readonly arn: string;
  readonly name: string;
  #current: Version | undefined;
  #previous: Version | undefined;

  constructor(arn: string, name: string) {
    this.arn = arn;
    this.name = name;
  }

  value({ stage, id }: SecretVersion = {}): string | undefined {
    const stages: readonly (readonly [string, Version | undefined])[] = [
      ['AWSCURRENT', this.#current],
      ['AWSPREVIOUS', this.#previous],
    ];
    const wanted = stage ?? (id === undefined ? 'AWSCURRENT' : undefined);
    const found = stages.find(([name, version]) => (wanted === undefined || wanted === name) && (id === undefined || version?.id === id));
    return found?.[1]?.value;
  }

  /** Makes a new version, unless the value is the current one. */
  put(value: string): void {
    if (this.#current?.value === value) return;
    this.#previous = this.#current;
    this.#current = { id: randomUUID(), value };
  }
}
