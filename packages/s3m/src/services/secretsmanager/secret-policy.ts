import { flag, required, text } from '../input-shape.ts';
import { changeOperation, operation, type JsonOperation } from '../json-service.ts';
import { whyNoPolicy } from '../resource-policy-text.ts';
import { ServiceError } from '../service-error.ts';
import type { LiveSecret } from './live-secret.ts';
import type { SecretStore } from './secret-store.ts';
import { secretId } from './write-secrets.ts';

/** Secrets Manager API Reference, PutResourcePolicy */
export const putResourcePolicy: JsonOperation<SecretStore> = changeOperation(
  { SecretId: required(secretId), ResourcePolicy: required(text({ min: 1, max: 20_480 })), BlockPublicPolicy: flag() },
  ({ SecretId }) => SecretId,
  async (store: SecretStore, input, call) => {
    const secret = store.useLive(call, input.SecretId);
    checkSecretPolicy(input.ResourcePolicy, input.BlockPublicPolicy === true);
    await store.change(secret, { policy: input.ResourcePolicy });
    return { ARN: secret.arn, Name: secret.name };
  },
);

export const getResourcePolicy: JsonOperation<SecretStore> = operation(
  { SecretId: required(secretId) },
  (store: SecretStore, input, call) => {
    const { arn, name, policy } = store.useLive(call, input.SecretId).record;
    return { ARN: arn, Name: name, ...(policy === undefined ? {} : { ResourcePolicy: policy }) };
  },
);

export const deleteResourcePolicy: JsonOperation<SecretStore> = changeOperation(
  { SecretId: required(secretId) },
  ({ SecretId }) => SecretId,
  async (store: SecretStore, input, call) => {
    const secret = store.useLive(call, input.SecretId);
    await removeSecretPolicy(store, secret);
    return { ARN: secret.arn, Name: secret.name };
  },
);

export async function removeSecretPolicy(store: SecretStore, secret: LiveSecret): Promise<void> {
  const { policy: _, ...record } = secret.record;
  await store.replace(secret, record);
}

/** @throws ServiceError */
export function checkSecretPolicy(policy: string, blockPublic: boolean): void {
  const why = whyNoPolicy(policy);
  if (why !== undefined) {
    throw new ServiceError(
      'MalformedPolicyDocumentException',
      why === 'no JSON' ? 'This resource policy contains invalid Json' : 'This resource policy contains a syntax error',
    );
  }
  if (blockPublic && isPublic(policy))
    throw new ServiceError('PublicPolicyException', "You can't attach a resource policy that allows broad access to the secret.");
}

/** Whether a statement lets in everybody, on no condition. */
function isPublic(policy: string): boolean {
  const { Statement: statements } = JSON.parse(policy) as { readonly Statement: unknown };
  return [statements].flat().some((statement) => {
    const { Effect: effect, Principal: principal, Condition: condition } = statement as Record<string, unknown>;
    const names = typeof principal === 'object' && principal !== null ? Object.values(principal).flat() : [principal];
    return effect === 'Allow' && condition === undefined && names.includes('*');
  });
}
