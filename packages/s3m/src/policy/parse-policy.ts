import { parseConditions } from './parse-conditions.ts';
import {
  PolicySyntaxError,
  statementElements,
  type PatternList,
  type PolicyDocument,
  type PrincipalElement,
  type Statement,
} from './policy-document.ts';
import { hasVariable } from './variables.ts';

/**
 * Reads a policy: parsed JSON, not text. `Statement`, `Action` and `Resource` may be one or a list (AG-158), `Effect` may be in lower
 * case as API Gateway takes it from an authorizer (AG-906). A missing `Version` is 2008-10-17.
 * @throws PolicySyntaxError with what is wrong and where
 */
export function parsePolicy(document: unknown): PolicyDocument {
  if (!isObject(document)) throw new PolicySyntaxError('', `A policy must be an object, it is ${describe(document)}`);
  const { Version: version = '2008-10-17', Statement: statement } = document;
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    throw new PolicySyntaxError('Version', `must be "2012-10-17" or "2008-10-17", it is ${describe(version)}`);
  }
  if (statement === undefined) throw new PolicySyntaxError('Statement', 'is missing');
  const list: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  return { version, statements: list.map((each, index) => parseStatement(each, index, version)) };
}

function parseStatement(statement: unknown, index: number, version: PolicyDocument['version']): Statement {
  const path = `Statement[${index}]`;
  if (!isObject(statement)) throw new PolicySyntaxError(path, `must be an object, it is ${describe(statement)}`);
  const unknown = Object.keys(statement).find((element) => !statementElements.has(element));
  if (unknown !== undefined) throw new PolicySyntaxError(`${path}.${unknown}`, 'is no element of a statement');
  const { Sid: sid } = statement;
  if (sid !== undefined && typeof sid !== 'string') throw new PolicySyntaxError(`${path}.Sid`, `must be a string, it is ${describe(sid)}`);
  const actions = parseEither(statement, 'Action', path, version);
  if (actions === undefined) throw new PolicySyntaxError(path, 'has neither Action nor NotAction');
  const resources = parseEither(statement, 'Resource', path, version);
  const principal = parsePrincipal(statement, path);
  return {
    index,
    ...(sid === undefined ? {} : { sid }),
    effect: parseEffect(statement['Effect'], path),
    actions,
    ...(resources === undefined ? {} : { resources }),
    ...(principal === undefined ? {} : { principal }),
    conditions: parseConditions(statement['Condition'], `${path}.Condition`, version),
    source: statement,
  };
}

function parseEffect(effect: unknown, path: string): Statement['effect'] {
  if (typeof effect === 'string') {
    const lower = effect.toLowerCase();
    if (lower === 'allow') return 'Allow';
    if (lower === 'deny') return 'Deny';
  }
  throw new PolicySyntaxError(`${path}.Effect`, `must be "Allow" or "Deny", it is ${describe(effect)}`);
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
function parseEither(
  statement: Readonly<Record<string, unknown>>,
  name: 'Action' | 'Resource',
  path: string,
  version: PolicyDocument['version'],
): PatternList | undefined {
  const positive = statement[name];
  const negative = statement[`Not${name}`];
  if (positive !== undefined && negative !== undefined) throw new PolicySyntaxError(path, `has both ${name} and Not${name}`);
  if (positive !== undefined) return toPatterns(parseStrings(positive, `${path}.${name}`), name, false, version);
  if (negative !== undefined) return toPatterns(parseStrings(negative, `${path}.Not${name}`), name, true, version);
  return undefined;
}

/** Actions are compared in lower case (IAM-015). Before 2012-10-17 `${` is a text like any other (IAM-022). */
function toPatterns(
  texts: readonly string[],
  name: 'Action' | 'Resource',
  negated: boolean,
  version: PolicyDocument['version'],
): PatternList {
  const patterns = name === 'Action' ? texts.map((text) => text.toLowerCase()) : texts;
  if (version === '2008-10-17') return { patterns, variables: [], negated };
  return { patterns: patterns.filter((text) => !hasVariable(text)), variables: patterns.filter(hasVariable), negated };
}

function parsePrincipal(statement: Readonly<Record<string, unknown>>, path: string): PrincipalElement | undefined {
  const { Principal: positive, NotPrincipal: negative } = statement;
  if (positive !== undefined && negative !== undefined) throw new PolicySyntaxError(path, 'has both Principal and NotPrincipal');
  const value = positive ?? negative;
  if (value === undefined) return undefined;
  const at = `${path}.${positive === undefined ? 'NotPrincipal' : 'Principal'}`;
  const negated = positive === undefined;
  if (value === '*') return { any: true, negated };
  if (!isObject(value)) throw new PolicySyntaxError(at, `must be "*" or an object, it is ${describe(value)}`);
  const byKind: Record<string, readonly string[]> = {};
  for (const [kind, names] of Object.entries(value)) {
    if (!['AWS', 'Service', 'Federated', 'CanonicalUser'].includes(kind))
      throw new PolicySyntaxError(`${at}.${kind}`, 'is no kind of principal');
    byKind[kind] = parseStrings(names, `${at}.${kind}`);
  }
  return { any: false, byKind, negated };
}

function parseStrings(value: unknown, path: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item, index) => {
    if (typeof item === 'string') return item;
    throw new PolicySyntaxError(Array.isArray(value) ? `${path}[${index}]` : path, `must be a string, it is ${describe(item)}`);
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
