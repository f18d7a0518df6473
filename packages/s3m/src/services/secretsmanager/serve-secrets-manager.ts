import type { Account, AwsHandler } from '../account.ts';
import { jsonHandler, type JsonService } from '../json-service.ts';
import {
  batchGetSecretValue,
  describeSecret,
  getRandomPassword,
  getSecretValue,
  listSecrets,
  listSecretVersionIds,
} from './read-secrets.ts';
import { cancelRotateSecret, rotateSecret } from './rotate-secret.ts';
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy } from './secret-policy.ts';
import { secretsOf, type SecretStore } from './secret-store.ts';
import { unserved } from './unserved-operations.ts';
import {
  createSecret,
  deleteSecret,
  putSecretValue,
  restoreSecret,
  tagResource,
  untagResource,
  updateSecret,
  updateSecretVersionStage,
} from './write-secrets.ts';

export const secretsManager: JsonService<SecretStore> = {
  name: 'secretsmanager',
  target: 'secretsmanager',
  version: '1.1',
  messageMember: 'Message',
  internalError: 'InternalServiceError',
  operations: {
    BatchGetSecretValue: batchGetSecretValue,
    CancelRotateSecret: cancelRotateSecret,
    CreateSecret: createSecret,
    DeleteResourcePolicy: deleteResourcePolicy,
    DeleteSecret: deleteSecret,
    DescribeSecret: describeSecret,
    GetRandomPassword: getRandomPassword,
    GetResourcePolicy: getResourcePolicy,
    GetSecretValue: getSecretValue,
    ListSecretVersionIds: listSecretVersionIds,
    ListSecrets: listSecrets,
    PutResourcePolicy: putResourcePolicy,
    PutSecretValue: putSecretValue,
    RestoreSecret: restoreSecret,
    RotateSecret: rotateSecret,
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdateSecret: updateSecret,
    UpdateSecretVersionStage: updateSecretVersionStage,
  },
  unserved,
};

export function serveSecretsManager(account: Account): AwsHandler {
  return jsonHandler(account, secretsManager, secretsOf(account));
}
