import { randomInt, randomUUID } from 'node:crypto';
import { blob, flag, integer, list, required, structure, text, unserved, type Shape } from '../input-shape.ts';
import { changeOperation, type JsonOperation } from '../json-service.ts';
import { ServiceError, unsupported } from '../service-error.ts';
import { currentStage, type LiveSecret, type SecretRecord, type SecretValue, type StoredVersion } from './live-secret.ts';
import { moveStages, type SecretStore } from './secret-store.ts';

type SecretOperation = JsonOperation<SecretStore>;
const day = 86_400_000;
const maxBytes = 65_536;

export const secretId: Shape<string> = text({ min: 1, max: 2048 });
const token = text({ min: 32, max: 64 });
const stage = text({ min: 1, max: 256 });
const values = { SecretString: text({ min: 1, max: maxBytes, sensitive: true }), SecretBinary: blob({ min: 1, max: maxBytes }) };
const tags = list(structure({ Key: required(text({ min: 1, max: 128 })), Value: text({ max: 256 }) }));
const kmsKey = text({ max: 2048 });

/** Secrets Manager API Reference, CreateSecret */
export const createSecret: SecretOperation = changeOperation(
  {
    Name: required(text({ min: 1, max: 512 })),
    ClientRequestToken: token,
    Description: text({ max: 2048 }),
    KmsKeyId: kmsKey,
    ...values,
    Tags: tags,
    AddReplicaRegions: unserved('AddReplicaRegions of CreateSecret (there is one region)'),
    ForceOverwriteReplicaSecret: flag(),
  },
  ({ Name }) => Name,
  async (store: SecretStore, input, call) => {
    const { Name: name } = input;
    store.demand(call, name);
    if (!/^[A-Za-z0-9/_+=.@!-]+$/.test(name)) {
      // IAM-040
      throw new ServiceError(
        'ValidationException',
        'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
      );
    }
    checkKey(input.KmsKeyId);
    const value = valueOf(input);
    const existing = store.find(name);
    if (existing !== undefined) return repeatCreate(existing, input.ClientRequestToken, value);
    const suffix = Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
    const id = input.ClientRequestToken ?? randomUUID();
    const { arn } = await store.create(
      {
        arn: store.arnOf(name, suffix),
        name,
        tags: Object.fromEntries((input.Tags ?? []).map(({ Key, Value = '' }) => [Key, Value])),
        ...(input.Description === undefined ? {} : { description: input.Description }),
      },
      value === undefined ? undefined : { id, ...value },
    );
    return { ARN: arn, Name: name, ...(value === undefined ? {} : { VersionId: id }) };
  },
);

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** IAM-040; the same request once more is no error. */
function repeatCreate(existing: LiveSecret, id: string | undefined, value: SecretValue | undefined): object {
  if (existing.record.deletedAt !== undefined) {
    throw new ServiceError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const version = id === undefined ? undefined : existing.find({ id });
  if (version !== undefined && value !== undefined && isSame(version, value))
    return { ARN: existing.arn, Name: existing.name, VersionId: version.id };
  throw new ServiceError('ResourceExistsException', `The operation failed because the secret ${existing.name} already exists.`);
}

/** Secrets Manager API Reference, PutSecretValue */
export const putSecretValue: SecretOperation = changeOperation(
  {
    SecretId: required(secretId),
    ClientRequestToken: token,
    ...values,
    VersionStages: list(stage, { min: 1, max: 20 }),
    RotationToken: text(),
  },
  ({ SecretId }) => SecretId,
  async (store: SecretStore, input, call) => {
    const secret = store.useLive(call, input.SecretId);
    const value = valueOf(input);
    if (value === undefined) throw new ServiceError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
    const stages = input.VersionStages ?? [currentStage];
    const { id, stages: given } = await addVersion(store, secret, input.ClientRequestToken, value, stages);
    return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: given };
  },
);

/** Secrets Manager API Reference, UpdateSecret */
export const updateSecret: SecretOperation = changeOperation(
  { SecretId: required(secretId), ClientRequestToken: token, Description: text({ max: 2048 }), KmsKeyId: kmsKey, ...values },
  ({ SecretId }) => SecretId,
  async (store: SecretStore, input, call) => {
    const secret = store.useLive(call, input.SecretId);
    checkKey(input.KmsKeyId);
    const value = valueOf(input);
    const described = input.Description === undefined ? {} : { description: input.Description };
    if (value === undefined) {
      if (input.Description !== undefined) await store.change(secret, { ...described, changedAt: store.account.clock.now() });
      return { ARN: secret.arn, Name: secret.name };
    }
    const { id } = await addVersion(store, secret, input.ClientRequestToken, value, [currentStage], described);
    return { ARN: secret.arn, Name: secret.name, VersionId: id };
  },
);

async function addVersion(
  store: SecretStore,
  secret: LiveSecret,
  id: string = randomUUID(),
  value: SecretValue,
  stages: readonly string[],
  more: Partial<SecretRecord> = {},
): Promise<StoredVersion> {
  const existing = secret.find({ id });
  if (existing === undefined) await store.putVersion(secret, { id, ...value }, stages, more);
  else if (existing.SecretString === undefined && existing.SecretBinary === undefined) await fillVersion(store, secret, id, value, stages);
  else if (isSame(existing, value)) await store.change(secret, more);
  else {
    throw new ServiceError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  return secret.find({ id })!;
}

/** The first value of the version that a rotation has made. */
async function fillVersion(
  store: SecretStore,
  secret: LiveSecret,
  id: string,
  value: SecretValue,
  stages: readonly string[],
): Promise<void> {
  const versions = moveStages(secret.record.versions, stages).map((version) =>
    version.id === id ? { ...version, ...value, stages: [...new Set([...version.stages, ...stages])] } : version,
  );
  await store.change(secret, { versions, changedAt: store.account.clock.now() });
}

/** Secrets Manager API Reference, UpdateSecretVersionStage */
export const updateSecretVersionStage: SecretOperation = changeOperation(
  { SecretId: required(secretId), VersionStage: required(stage), RemoveFromVersionId: token, MoveToVersionId: token },
  ({ SecretId }) => SecretId,
  async (store: SecretStore, input, call) => {
    const secret = store.useLive(call, input.SecretId);
    const { VersionStage: label, RemoveFromVersionId: from, MoveToVersionId: to } = input;
    const holder = secret.find({ stage: label });
    for (const id of [from, to]) {
      if (id !== undefined && secret.find({ id }) === undefined)
        throw new ServiceError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for VersionId: ${id}`);
    }
    if (from !== undefined && holder?.id !== from)
      throw new ServiceError('InvalidParameterException', `Staging label ${label} is not currently attached to version ${from}.`);
    if (to === undefined && label === currentStage)
      throw new ServiceError(
        'InvalidParameterException',
        `You can only move staging label ${label} to a different secret version. It can’t be completely removed.`,
      );
    if (holder !== undefined && holder.id !== to && from === undefined) {
      throw new ServiceError(
        'InvalidParameterException',
        `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
      );
    }
    const versions = holder?.id === to ? secret.record.versions : moveStages(secret.record.versions, [label]);
    await store.change(secret, {
      versions: versions.map((version) =>
        version.id === to && !version.stages.includes(label) ? { ...version, stages: [...version.stages, label] } : version,
      ),
      changedAt: store.account.clock.now(),
    });
    return { ARN: secret.arn, Name: secret.name };
  },
);

/** Secrets Manager API Reference, DeleteSecret */
export const deleteSecret: SecretOperation = changeOperation(
  { SecretId: required(secretId), RecoveryWindowInDays: integer(), ForceDeleteWithoutRecovery: flag() },
  ({ SecretId }) => SecretId,
  async (store: SecretStore, input, call) => {
    const force = input.ForceDeleteWithoutRecovery === true;
    if (force && input.RecoveryWindowInDays !== undefined) {
      throw new ServiceError(
        'InvalidParameterException',
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      );
    }
    const days = input.RecoveryWindowInDays ?? 30;
    if (days < 7 || days > 30)
      throw new ServiceError('InvalidParameterException', 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
    const now = store.account.clock.now();
    store.demand(call, input.SecretId);
    // Who forces it does not hear that there is none.
    if (force && store.find(input.SecretId) === undefined) return { ARN: input.SecretId, Name: input.SecretId, DeletionDate: now / 1000 };
    const secret = force ? store.use(call, input.SecretId) : store.useLive(call, input.SecretId);
    if (force) await store.delete(secret);
    else await store.change(secret, { deletedAt: now, purgeAt: now + days * day });
    return { ARN: secret.arn, Name: secret.name, DeletionDate: (force ? now : now + days * day) / 1000 };
  },
);

/** Secrets Manager API Reference, RestoreSecret */
export const restoreSecret: SecretOperation = changeOperation(
  { SecretId: required(secretId) },
  ({ SecretId }) => SecretId,
  async (store: SecretStore, input, call) => {
    const secret = store.use(call, input.SecretId);
    const { deletedAt: _, purgeAt: __, ...record } = secret.record;
    await store.replace(secret, record);
    return { ARN: secret.arn, Name: secret.name };
  },
);

export const tagResource: SecretOperation = changeOperation(
  { SecretId: required(secretId), Tags: required(tags) },
  ({ SecretId }) => SecretId,
  async (store: SecretStore, input, call) => {
    const secret = store.useLive(call, input.SecretId);
    const added = Object.fromEntries(input.Tags.map(({ Key, Value = '' }) => [Key, Value]));
    await store.change(secret, { tags: { ...secret.record.tags, ...added } });
    return undefined;
  },
);

export const untagResource: SecretOperation = changeOperation(
  { SecretId: required(secretId), TagKeys: required(list(text({ min: 1, max: 128 }))) },
  ({ SecretId }) => SecretId,
  async (store: SecretStore, input, call) => {
    const secret = store.useLive(call, input.SecretId);
    await store.change(secret, {
      tags: Object.fromEntries(Object.entries(secret.record.tags).filter(([key]) => !input.TagKeys.includes(key))),
    });
    return undefined;
  },
);

function valueOf({
  SecretString,
  SecretBinary,
}: {
  readonly SecretString?: string;
  readonly SecretBinary?: Buffer;
}): SecretValue | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw new ServiceError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (SecretBinary !== undefined) return { SecretBinary: SecretBinary.toString('base64') };
  return SecretString === undefined ? undefined : { SecretString };
}

function isSame(one: SecretValue, other: SecretValue): boolean {
  return one.SecretString === other.SecretString && one.SecretBinary === other.SecretBinary;
}

function checkKey(id: string | undefined): void {
  if (id !== undefined && id !== '' && id !== 'alias/aws/secretsmanager')
    throw unsupported(
      'KmsKeyId is not supported here but alias/aws/secretsmanager: there is no KMS, and what a key of yours allows cannot be checked',
    );
}
