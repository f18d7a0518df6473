import type { AttachedPolicy, Role } from '../../capabilities/role.ts';
import { parsePolicy } from '../../policy/parse-policy.ts';
import { PolicySyntaxError, type PolicyDocument } from '../../policy/policy-document.ts';
import type { Account } from '../account.ts';
import { ResourceFailure, type Value } from '../resource-type.ts';
import { findAwsManaged, isAwsManaged, knownAwsPolicies } from './aws-managed-policies.ts';

/** Reads a policy of the template. @throws ResourceFailure with IAM's text (IAM-024) */
export function readPolicy(document: Value | undefined, property: string): PolicyDocument {
  let value: unknown = document;
  if (typeof document === 'string') {
    try {
      value = JSON.parse(document);
    } catch (error) {
      throw new ResourceFailure('This policy contains invalid Json', { property, fix: 'Write the policy as an object.', cause: error });
    }
  }
  try {
    return parsePolicy(value);
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error;
    throw new ResourceFailure('Syntax errors in policy.', { property, fix: `${error.message}.`, cause: error });
  }
}

/**
 * The managed policy that an ARN names: of the template, or one of AWS's that is known here. The document is looked up anew each time it is
 * asked for, as the policy may change.
 * @throws ResourceFailure when there is none
 */
export function findManagedPolicy(account: Account, arn: string, property: string): AttachedPolicy {
  const ofAws = findAwsManaged(arn);
  if (ofAws !== undefined) return { name: arn, document: ofAws };
  // It was accepted by name at load: it allows nothing.
  if (isAwsManaged(arn)) return { name: arn, document: { version: '2012-10-17', statements: [] } };
  const managed = account.directory.find('managedPolicy', arn);
  if (managed === undefined) {
    throw new ResourceFailure(`Policy ${arn} does not exist or is not attachable.`, {
      property,
      fix: `Name a policy of the template or one of AWS's that are known here: ${knownAwsPolicies.join(', ')}.`,
    });
  }
  return {
    name: arn,
    get document() {
      return managed.document;
    },
  };
}

/** The role with that name. @throws ResourceFailure (IAM-024) */
export function findRole(account: Account, name: string, property: string): Role {
  const found = account.directory.list('role').find(([, role]) => role.name === name)?.[1];
  if (found !== undefined) return found;
  throw new ResourceFailure(`The role with name ${name} cannot be found.`, { property, fix: 'Name a role of the template.' });
}
