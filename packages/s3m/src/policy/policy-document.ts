import type { ConditionTest } from './condition.ts';

/** Patterns of one element of a statement, and whether it says what is meant or what is not (`NotAction`). */
export interface PatternList {
  readonly patterns: readonly string[];
  /** Patterns with a policy variable (`${aws:username}`), filled in with each request's own values (IAM-022). */
  readonly variables: readonly string[];
  readonly negated: boolean;
}

/** Whom a statement is about. `any` is `"*"`; otherwise values by kind: `AWS`, `Service`, `Federated`. */
export type PrincipalElement =
  | { readonly any: true; readonly negated: boolean }
  | { readonly any: false; readonly byKind: Readonly<Record<string, readonly string[]>>; readonly negated: boolean };

/** A statement, ready to be evaluated. */
export interface Statement {
  /** Position in the policy, from 0. */
  readonly index: number;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  /** In lower case: actions are compared without regard to case (IAM-015). */
  readonly actions: PatternList;
  /** Absent where the policy's kind has none (role trust). */
  readonly resources?: PatternList;
  readonly principal?: PrincipalElement;
  readonly conditions: readonly ConditionTest[];
  /** As it stood in the policy, for people. */
  readonly source: unknown;
}

/** A policy, ready to be evaluated. Made by `parsePolicy`. */
export interface PolicyDocument {
  readonly version: '2012-10-17' | '2008-10-17';
  readonly statements: readonly Statement[];
}

/** A document that is not an IAM policy. `path` is where: `Statement[0].Effect`. */
export class PolicySyntaxError extends Error {
  readonly path: string;

  constructor(path: string, problem: string) {
    super(path === '' ? problem : `${path} ${problem}`);
    this.name = 'PolicySyntaxError';
    this.path = path;
  }
}

/** What a statement may hold; anything else is refused. */
export const statementElements: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
