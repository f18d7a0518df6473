import { rangeHolds, type Ipv4Range } from './ipv4.ts';

/** Addresses under one id, which rules may name instead of each range. */
export interface PrefixList {
  readonly id: string;
  /** `pl-0a1b (Offices)`, `pl-63a5400a (com.amazonaws.us-east-1.s3)` */
  readonly label: string;
  readonly addresses:
    | { readonly kind: 'ranges'; readonly ranges: readonly Ipv4Range[] }
    /** Of an AWS service, whose addresses are not known here: `com.amazonaws.us-east-1.s3`. */
    | { readonly kind: 'service'; readonly service: string };
}

/** Lists that AWS manages, where their ids are known. */
const MANAGED: Readonly<Record<string, string>> = {
  'pl-63a5400a': 'com.amazonaws.us-east-1.s3',
  'pl-68a54001': 'com.amazonaws.us-west-2.s3',
  'pl-6da54004': 'com.amazonaws.eu-west-1.s3',
  'pl-02cd2c6b': 'com.amazonaws.us-east-1.dynamodb',
  'pl-00a54069': 'com.amazonaws.us-west-2.dynamodb',
  'pl-6fa54006': 'com.amazonaws.eu-west-1.dynamodb',
  'pl-3b927c52': 'com.amazonaws.global.cloudfront.origin-facing',
};

/** The prefix lists of an account, and those of AWS. A change of a list counts for the next connection. */
export class PrefixLists {
  readonly #own = new Map<string, PrefixList>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Adds a list, or puts it in the place of one with its id. Answers what takes it away. */
  set(list: PrefixList): () => void {
    this.#own.set(list.id, list);
    this.#changed();
    return () => {
      this.#own.delete(list.id);
      this.#changed();
    };
  }

  find(id: string): PrefixList | undefined {
    const service = MANAGED[id];
    return service === undefined ? this.#own.get(id) : { id, label: `${id} (${service})`, addresses: { kind: 'service', service } };
  }
}

/** Whether an end of a connection is in a list; without an address only a list of all addresses, or that of its service, has it. */
export function listHolds({ addresses }: PrefixList, end: { readonly address?: number; readonly service?: string }): boolean {
  if (addresses.kind === 'service') return addresses.service === end.service;
  const { address } = end;
  return addresses.ranges.some((range) => (address === undefined ? range.prefix === 0 : rangeHolds(range, address)));
}
