import { statementElements } from '../../policy/policy-document.ts';
import { isObject, isUnresolved } from '../known-value.ts';
import type { Finding, Properties, Value } from '../resource-type.ts';

/** `identity`: what a principal may do. `trust`: who may assume a role. */
export type PolicyDocumentKind = 'identity' | 'trust';

/** Whether `document` is a policy that IAM accepts, as far as its grammar goes (IAM-024). `property` is where it stands, for findings. */
export function checkPolicyDocument(document: Value | undefined, property: string, kind: PolicyDocumentKind): Finding[] {
  if (document === undefined || isUnresolved(document)) return [];
  const policy = typeof document === 'string' ? parseJson(document) : document;
  if (!isObject(policy)) return [malformed(property, 'This policy contains invalid Json', 'Write the policy as an object.')];
  const version = policy['Version'];
  const findings: Finding[] = [];
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17' && !isUnresolved(version)) {
    findings.push(
      malformed(`${property}.Version`, 'Policy document must be version 2012-10-17 or greater.', 'Use "Version": "2012-10-17".'),
    );
  }
  const statement = policy['Statement'];
  if (statement === undefined || (!Array.isArray(statement) && !isObject(statement))) {
    return isUnresolved(statement) ? findings : [...findings, syntax(`${property}.Statement`, 'Statement must be a list of statements.')];
  }
  const statements: readonly Value[] = Array.isArray(statement) ? statement : [statement];
  return [...findings, ...statements.flatMap((each, index) => checkStatement(each, `${property}.Statement[${index}]`, kind))];
}

function checkStatement(statement: Value, property: string, kind: PolicyDocumentKind): Finding[] {
  if (isUnresolved(statement)) return [];
  if (!isObject(statement)) return [syntax(property, 'Each statement must be an object.')];
  const findings: Finding[] = [];
  const unknown = Object.keys(statement).filter((field) => !statementElements.has(field));
  if (unknown.length > 0) findings.push(syntax(property, `A statement has no field ${unknown.join(', ')}.`));
  const effect = statement['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny' && !isUnresolved(effect)) {
    findings.push(syntax(`${property}.Effect`, `Effect is ${JSON.stringify(effect)}. Allowed: Allow, Deny.`));
  }
  if (countOf(statement, 'Action', 'NotAction') !== 1) {
    findings.push(malformed(property, 'Policy statement must contain actions.', 'Give the statement Action or NotAction, not both.'));
  }
  if (statement['Condition'] !== undefined && !isObject(statement['Condition']) && !isUnresolved(statement['Condition'])) {
    findings.push(syntax(`${property}.Condition`, 'Condition must be an object of operators.'));
  }
  findings.push(...(kind === 'trust' ? checkTrust(statement, property) : checkIdentity(statement, property)));
  if (findings.length > 0) return findings;
  return [...checkActions(statement, property), ...(kind === 'trust' ? [] : checkResources(statement, property))];
}

/** A service may not be a pattern (IAM-015). */
function checkActions(statement: Properties, property: string): Finding[] {
  return (['Action', 'NotAction'] as const).flatMap((element) =>
    textsOf(statement[element]).flatMap((action) => {
      const [vendor = '', name] = action.split(':', 2);
      if (action === '*' || action.includes('unresolved:')) return [];
      const place = `${property}.${element}`;
      if (name === undefined)
        return [malformed(place, vendorMissing, `"${action}" names no service. Write SERVICE:ACTION, such as dynamodb:GetItem, or "*".`)];
      if (/^[A-Za-z0-9-]+$/.test(vendor)) return [];
      return [
        malformed(place, `Vendor ${vendor} is not valid`, `Name one service before the colon of "${action}"; patterns go behind it.`),
      ];
    }),
  );
}

const vendorMissing = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';

function checkResources(statement: Properties, property: string): Finding[] {
  return (['Resource', 'NotResource'] as const).flatMap((element) =>
    textsOf(statement[element])
      .filter((resource) => !/^(?:\*$|arn)/.test(resource) && !resource.includes('unresolved:'))
      .map((resource) =>
        malformed(
          `${property}.${element}`,
          `Resource ${resource} must be in ARN format or "*".`,
          'Use an ARN, such as {"Fn::GetAtt": [ID, "Arn"]}.',
        ),
      ),
  );
}

function textsOf(value: Value | undefined): readonly string[] {
  const list: readonly (Value | undefined)[] = Array.isArray(value) ? value : [value];
  return list.filter((each): each is string => typeof each === 'string');
}

function checkTrust(statement: Properties, property: string): Finding[] {
  const findings: Finding[] = [];
  if (countOf(statement, 'Resource', 'NotResource') > 0) {
    findings.push(
      malformed(`${property}.Resource`, 'Has prohibited field Resource', 'A trust policy is about the role itself; leave Resource out.'),
    );
  }
  if (countOf(statement, 'Principal', 'NotPrincipal') !== 1) {
    findings.push(
      malformed(property, 'Missing required field Principal', 'Say who may assume the role, such as {"Service": "lambda.amazonaws.com"}.'),
    );
  }
  return findings;
}

function checkIdentity(statement: Properties, property: string): Finding[] {
  const findings: Finding[] = [];
  if (countOf(statement, 'Principal', 'NotPrincipal') > 0) {
    findings.push(
      malformed(
        `${property}.Principal`,
        'Policy document should not specify a principal.',
        'The principal is whoever the policy is attached to.',
      ),
    );
  }
  if (countOf(statement, 'Resource', 'NotResource') !== 1) {
    findings.push(malformed(property, 'Policy statement must contain resources.', 'Give the statement Resource or NotResource, not both.'));
  }
  return findings;
}

function countOf(statement: Properties, ...fields: readonly string[]): number {
  return fields.filter((field) => statement[field] !== undefined).length;
}

function syntax(property: string, fix: string): Finding {
  return malformed(property, 'Syntax errors in policy.', fix);
}

function malformed(property: string, message: string, fix: string): Finding {
  return { property, kind: 'invalid', message, fix };
}

function parseJson(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
