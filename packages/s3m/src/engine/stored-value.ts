import type { Directory } from '../capabilities/directory.ts';
import { ResourceFailure } from '../services/resource-type.ts';
import { findParameter, findSecret, jsonMember } from '../services/stored-values.ts';
import type { DynamicReference } from '../template/dynamic-references.ts';

/** The value that a dynamic reference stands for (CFN-006). @throws ResourceFailure when there is none */
export function resolveStoredValue(directory: Directory, reference: DynamicReference): string {
  if (reference.kind === 'ssm') {
    const { name, version, secure } = reference;
    const value = secure ? undefined : findParameter(directory, name)?.value(version === undefined ? undefined : Number(version));
    if (value !== undefined) return value;
    throw new ResourceFailure(`Unable to fetch parameters [${name}] from parameter store for this account.`, {
      fix: secure
        ? 'CloudFormation makes no SecureString, so there is none here: use ssm, or a secret of Secrets Manager.'
        : `Add an AWS::SSM::Parameter with this name to the template, and let the resource depend on it.`,
    });
  }
  const { secretId, jsonKey, versionStage: stage, versionId: id } = reference;
  const secret = findSecret(directory, secretId);
  if (secret === undefined) {
    // IAM-040
    throw new ResourceFailure(secretsManager("Secrets Manager can't find the specified secret."), {
      fix: `There is no secret ${secretId}. Add an AWS::SecretsManager::Secret to the template, and let the resource depend on it.`,
    });
  }
  const text = secret.value({ ...(stage === undefined ? {} : { stage }), ...(id === undefined ? {} : { id }) });
  if (text === undefined) {
    throw new ResourceFailure(
      secretsManager(`Secrets Manager can't find the specified secret value for staging label: ${stage ?? 'AWSCURRENT'}`),
    );
  }
  const value = jsonKey === undefined ? text : jsonMember(text, jsonKey);
  if (value !== undefined) return value;
  throw new ResourceFailure(`Could not find a value associated with JSONKey in SecretString`, {
    fix: `The secret ${secret.name} has no member "${jsonKey}".`,
  });
}

function secretsManager(message: string): string {
  return `${message} (Service: AWSSecretsManager; Status Code: 400; Error Code: ResourceNotFoundException)`;
}
