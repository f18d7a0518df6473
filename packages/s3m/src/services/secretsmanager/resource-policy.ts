import { isDeepStrictEqual } from 'node:util';
import { isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import { whyNoPolicy } from '../resource-policy-text.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { ServiceError } from '../service-error.ts';
import type { LiveSecret } from './live-secret.ts';
import { checkSecretPolicy, removeSecretPolicy } from './secret-policy.ts';
import { secretsOf, type SecretStore } from './secret-store.ts';

/** `AWS::SecretsManager::ResourcePolicy`: who else may read a secret, and who may not (IAM-002, IAM-003). */
export const secretResourcePolicy: ResourceType = {
  type: 'AWS::SecretsManager::ResourcePolicy',
  scope: 'simulated',
  properties: { SecretId: 'simulated', ResourcePolicy: 'simulated', BlockPublicPolicy: 'simulated' },
  required: ['SecretId', 'ResourcePolicy'],
  attributes: ['Id'],
  replacedBy: ['SecretId'],
  check,
  create,
  async forget(account, ref) {
    const store = secretsOf(account);
    const secret = store.find(ref);
    if (secret !== undefined) await store.inTurn(secret.name, () => removeSecretPolicy(store, secret));
  },
};

function check({ ResourcePolicy: policy }: Properties): Finding[] {
  if (policy === undefined || policy === null || isUnresolved(policy) || whyNoPolicy(textOf(policy)) === undefined) return [];
  return [{ property: 'ResourcePolicy', kind: 'invalid', message: 'This resource policy contains a syntax error' }];
}

async function create(context: ResourceContext): Promise<Resource> {
  const store = secretsOf(context.account);
  const id = new PropertyReader(context.properties).string('SecretId');
  const secret = store.find(id);
  if (secret === undefined)
    throw new ResourceFailure("Secrets Manager can't find the specified secret.", {
      property: 'SecretId',
      fix: 'Name an AWS::SecretsManager::Secret with Ref.',
    });
  const { kept } = context;
  if (kept === undefined && secret.record.policy !== undefined) {
    throw new ResourceFailure(`The secret ${secret.name} has a resource policy already.`, {
      property: 'SecretId',
      fix: 'A secret has one policy: put all statements into it',
    });
  }
  // What a call of the API has put, or taken away, stays until the template says something else.
  const isSame = typeof kept === 'object' && isDeepStrictEqual(kept.properties['ResourcePolicy'], context.properties['ResourcePolicy']);
  if (!isSame) await put(store, secret, context);
  let current = context;
  const resource: Resource = {
    ref: secret.arn,
    attributes: { Id: secret.arn },
    async update(next) {
      await put(store, secret, next);
      current = next;
      return resource;
    },
    async reset() {
      await put(store, store.find(secret.arn) ?? secret, current);
      return {};
    },
    delete: () => store.inTurn(secret.name, () => removeSecretPolicy(store, secret)),
    stopNow: () => Promise.resolve(),
  };
  return resource;
}

/** @throws ResourceFailure in Secrets Manager's words */
async function put(store: SecretStore, secret: LiveSecret, { properties }: ResourceContext): Promise<void> {
  const policy = textOf(properties['ResourcePolicy']);
  try {
    checkSecretPolicy(policy, new PropertyReader(properties).boolean('BlockPublicPolicy', false));
  } catch (error) {
    if (error instanceof ServiceError) throw new ResourceFailure(error.message, { property: 'ResourcePolicy' });
    throw error;
  }
  await store.inTurn(secret.name, () => store.change(secret, { policy }));
}

/** CloudFormation takes the document as an object, and as text. */
function textOf(policy: unknown): string {
  return typeof policy === 'string' ? policy : JSON.stringify(policy);
}
