import type { PolicyDocument } from '../../../policy/policy-document.ts';

/** Policies that are remembered, and characters of each: what is longer or comes less often is not shared. */
const maxPolicies = 1000;
const maxText = 8192;
/** Characters of a Resource in an authorizer's policy (AG-149). */
export const maxResourceArn = 512;

/** A policy with what needs to be found out of it only once. */
export interface SharedPolicy {
  readonly document: PolicyDocument;
  /** The `policyDocument` that it was read from. */
  readonly source: unknown;
  /** Each statement as it stood there. */
  readonly statementSources: readonly unknown[];
  /** Whether one of its Resources has more than 512 characters (AG-149). */
  readonly tooLong: boolean;
  /** Whether its decision depends on nothing but the method: no statement has a condition or a variable. */
  readonly unconditional: boolean;
}

/** Policies of one authorizer. Callers are many, their roles are few: results whose policies have the same text share one in memory. */
export class SharedPolicies {
  /** By text, in the order in which they came. */
  readonly #known = new Map<string, SharedPolicy>();

  /** @param document what was read from `source` */
  share(document: PolicyDocument, source: unknown): SharedPolicy {
    const text = JSON.stringify(source);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const policy = describe(document, source);
    if (text.length > maxText) return policy;
    if (this.#known.size === maxPolicies) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(text, policy);
    return policy;
  }
}

function describe(document: PolicyDocument, source: unknown): SharedPolicy {
  const { statements } = document;
  return {
    document,
    source,
    statementSources: statements.map((statement) => statement.source),
    tooLong: statements.some(({ resources }) =>
      [...(resources?.patterns ?? []), ...(resources?.variables ?? [])].some(({ length }) => length > maxResourceArn),
    ),
    unconditional: statements.every(({ conditions, resources }) => conditions.length === 0 && (resources?.variables.length ?? 0) === 0),
  };
}
