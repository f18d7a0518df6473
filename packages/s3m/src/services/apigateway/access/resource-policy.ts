import type { ApiFacts } from '../../../gateway/api-facts.ts';
import { evaluatePolicy, type PolicyDecision } from '../../../policy/evaluate-policy.ts';
import { parsePolicy } from '../../../policy/parse-policy.ts';
import { PolicySyntaxError, type PolicyDocument } from '../../../policy/policy-document.ts';
import type { Principal } from '../../../policy/statement-match.ts';
import { conditionKeys } from '../condition-keys.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { Passage } from '../passage.ts';
import { methodArnOf } from './method-arn.ts';

/** Characters (AG-175). */
const maxLength = 8192;

/** Who calls without having signed: only `*` names them (AG-172). */
const anonymous: Principal = { kind: 'AWS', name: 'anonymous' };

/** Whom policies know as the one who calls. */
export function principalOf({ caller }: GatewayRequest): Principal {
  if (caller === undefined) return anonymous;
  const { arn, accountId, session } = caller;
  return { kind: 'AWS', name: arn, account: accountId, ...(session === undefined ? {} : { role: session.roleArn }) };
}

/** An API's resource policy, as a deployment froze it (AG-175). */
export class ResourcePolicy {
  readonly document: PolicyDocument;

  constructor(document: PolicyDocument) {
    this.document = document;
  }

  /** What it says to a request, by itself. The trace tells the statement. */
  decide(passage: Passage): PolicyDecision {
    const { request } = passage;
    const decision = evaluatePolicy(this.document, {
      action: 'execute-api:Invoke',
      resource: methodArnOf(passage),
      principal: principalOf(request),
      keys: conditionKeys(request),
    });
    request.trace.resourcePolicy = {
      decision: decision.decision,
      ...(decision.statement === undefined ? {} : { policyStatement: decision.statement.source }),
      ...(decision.decision === 'implicit-deny' && decision.nearMiss !== undefined ? { nearMiss: decision.nearMiss.why } : {}),
    };
    return decision;
  }
}

/**
 * Reads `AWS::ApiGateway::RestApi.Policy`. A Resource `execute-api:/STAGE/VERB/PATH` stands for the API's own ARN (AG-174).
 * @throws PolicySyntaxError
 */
export function parseResourcePolicy(source: unknown, api: Pick<ApiFacts, 'partition' | 'region' | 'accountId' | 'id'>): PolicyDocument {
  const document = typeof source === 'string' ? parseText(source) : source;
  const { length } = JSON.stringify(document);
  if (length > maxLength) throw new PolicySyntaxError('', `has ${length} characters, ${maxLength} are allowed`);
  const base = `arn:${api.partition}:execute-api:${api.region}:${api.accountId}:${api.id}/`;
  const policy = parsePolicy(expandResources(document, base));
  const nobody = policy.statements.find(({ principal }) => principal === undefined);
  if (nobody !== undefined) throw new PolicySyntaxError(`Statement[${nobody.index}]`, 'has neither Principal nor NotPrincipal');
  const nothing = policy.statements.find(({ resources }) => resources === undefined);
  if (nothing !== undefined) throw new PolicySyntaxError(`Statement[${nothing.index}]`, 'has neither Resource nor NotResource');
  return policy;
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new PolicySyntaxError('', 'is no JSON');
  }
}

function expandResources(document: unknown, base: string): unknown {
  if (!isObject(document)) return document;
  const { Statement: statements } = document;
  const expandAll = (value: unknown): unknown => (Array.isArray(value) ? value.map(expand) : expand(value));
  const expand = (value: unknown): unknown =>
    typeof value === 'string' && value.startsWith('execute-api:/') ? `${base}${value.slice('execute-api:/'.length)}` : value;
  const expandStatement = (statement: unknown): unknown => {
    if (!isObject(statement)) return statement;
    return Object.fromEntries(
      Object.entries(statement).map(([key, value]) => [key, key === 'Resource' || key === 'NotResource' ? expandAll(value) : value]),
    );
  };
  return { ...document, Statement: Array.isArray(statements) ? statements.map(expandStatement) : expandStatement(statements) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
