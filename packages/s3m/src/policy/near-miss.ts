import { evaluateCondition, type ConditionTest } from './condition.ts';
import type { PolicyDocument, Statement } from './policy-document.ts';
import { unknownKeys, type PolicyRequest } from './policy-request.ts';
import { covers, isAbout } from './statement-match.ts';

/** The element of a statement that did not fit. */
export type MissedElement = 'action' | 'resource' | 'principal' | 'condition';

/** An Allow that would have let the request in but for one thing or two. */
export interface NearMiss {
  readonly statement: Statement;
  readonly missed: readonly MissedElement[];
  /** A sentence: what was asked, what the statement has instead. */
  readonly why: string;
}

/** The Allow that misses in the fewest elements; among those that only miss the resource, the one whose resource agrees longest. */
export function findNearMiss(policy: PolicyDocument, request: PolicyRequest): NearMiss | undefined {
  let best: { readonly statement: Statement; readonly missed: readonly MissedElement[]; readonly agreement: number } | undefined;
  for (const statement of policy.statements) {
    if (statement.effect !== 'Allow') continue;
    const missed = missedElements(statement, request);
    const agreement = longestAgreement(statement, request.resource);
    if (best === undefined || missed.length < best.missed.length || (missed.length === best.missed.length && agreement > best.agreement)) {
      best = { statement, missed, agreement };
    }
  }
  return best === undefined ? undefined : { statement: best.statement, missed: best.missed, why: explain(best, request) };
}

function missedElements(statement: Statement, request: PolicyRequest): MissedElement[] {
  const keys = request.keys ?? unknownKeys;
  const missed: MissedElement[] = [];
  if (covers(statement.actions, request.action.toLowerCase(), unknownKeys) !== true) missed.push('action');
  if (statement.resources !== undefined && covers(statement.resources, request.resource, keys) !== true) missed.push('resource');
  if (request.principal !== undefined && !isAbout(statement.principal, request.principal)) missed.push('principal');
  if (failedCondition(statement, request) !== undefined) missed.push('condition');
  return missed;
}

function failedCondition(statement: Statement, request: PolicyRequest): ConditionTest | undefined {
  return statement.conditions.find((test) => evaluateCondition(test, request.keys ?? unknownKeys) !== true);
}

function explain(miss: { readonly statement: Statement; readonly missed: readonly MissedElement[] }, request: PolicyRequest): string {
  const { statement } = miss;
  const name = statement.sid === undefined ? `Statement ${statement.index}` : `Statement "${statement.sid}"`;
  const parts = miss.missed.map((element) => {
    switch (element) {
      case 'action':
        return `its ${statement.actions.negated ? 'NotAction' : 'Action'} ${list(statement.actions.patterns)} does not cover ${request.action}`;
      case 'resource': {
        const { patterns, variables, negated } = statement.resources!;
        if (negated) return `its NotResource ${list(patterns)} excludes ${request.resource}`;
        return `its Resource ${list([closest([...patterns, ...variables], request.resource)])} does not cover ${request.resource}`;
      }
      case 'principal':
        return `it is about another principal than ${request.principal?.name ?? 'the caller'}`;
      case 'condition': {
        const test = failedCondition(statement, request)!;
        return `its condition ${test.operator} on ${test.key} ${test.known ? 'does not hold' : 'cannot be evaluated'}`;
      }
    }
  });
  return `${name} would allow it, but ${parts.join(', and ')}`;
}

function list(patterns: readonly string[]): string {
  const shown = patterns.slice(0, 3).map((pattern) => `"${pattern}"`);
  return patterns.length > 3 ? `${shown.join(', ')} and ${patterns.length - 3} more` : shown.join(', ');
}

function closest(patterns: readonly string[], value: string): string {
  let best = patterns[0] ?? '';
  for (const pattern of patterns) if (agreement(pattern, value) > agreement(best, value)) best = pattern;
  return best;
}

function longestAgreement(statement: Statement, value: string): number {
  let longest = 0;
  for (const pattern of statement.resources?.patterns ?? []) longest = Math.max(longest, agreement(pattern, value));
  return longest;
}

/** Characters that agree from the start, and from the end. */
function agreement(pattern: string, value: string): number {
  const most = Math.min(pattern.length, value.length);
  let front = 0;
  while (front < most && pattern[front] === value[front]) front++;
  let back = 0;
  while (back < most - front && pattern.at(-1 - back) === value.at(-1 - back)) back++;
  return front + back;
}
