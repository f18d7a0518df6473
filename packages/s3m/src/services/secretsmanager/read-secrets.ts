import { flag, integer, list, required, text } from '../input-shape.ts';
import { operation, type JsonCall, type JsonOperation } from '../json-service.ts';
import { pageOf } from '../page.ts';
import { StateFailure } from '../../state/state.ts';
import { ServiceError } from '../service-error.ts';
import { generatePassword } from './generate-password.ts';
import { currentStage, type LiveSecret, type Rotation, type StoredVersion } from './live-secret.ts';
import { filterList, matchesFilters } from './secret-filters.ts';
import type { SecretStore } from './secret-store.ts';
import { secretId } from './write-secrets.ts';

type SecretOperation = JsonOperation<SecretStore>;
const day = 86_400_000;

/** Secrets Manager API Reference, GetSecretValue */
export const getSecretValue: SecretOperation = operation(
  { SecretId: required(secretId), VersionId: text({ min: 32, max: 64 }), VersionStage: text({ min: 1, max: 256 }) },
  async (store: SecretStore, { SecretId: id, VersionId: version, VersionStage: stage }, call) => {
    const secret = store.useLive(call, id);
    const found = secret.find({ ...(version === undefined ? {} : { id: version }), ...(stage === undefined ? {} : { stage }) });
    if (found === undefined || !hasValue(found)) throw noVersion(secret, version, found === undefined ? stage : undefined);
    await markAccessed(store, secret);
    return describeValue(secret, found);
  },
);

/** A version that is being rotated has none until the function has put one. */
function hasValue({ SecretString, SecretBinary }: StoredVersion): boolean {
  return SecretString !== undefined || SecretBinary !== undefined;
}

/** IAM-040 */
function noVersion(secret: LiveSecret, id: string | undefined, stage: string | undefined): ServiceError {
  if (id !== undefined && stage !== undefined && secret.find({ id }) !== undefined)
    return new ServiceError('InvalidRequestException', 'You provided a VersionStage that is not associated to the provided VersionId.');
  const what = id === undefined ? `staging label: ${stage ?? currentStage}` : `VersionId: ${id}`;
  return new ServiceError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`);
}

function describeValue(secret: LiveSecret, { id, SecretString, SecretBinary, stages, createdAt }: StoredVersion): object {
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: id,
    ...(SecretString === undefined ? { SecretBinary } : { SecretString }),
    VersionStages: stages,
    CreatedDate: createdAt / 1000,
  };
}

/** AWS tells the day only. Who reads is not refused because the day can't be kept. */
async function markAccessed(store: SecretStore, secret: LiveSecret): Promise<void> {
  const today = Math.floor(store.account.clock.now() / day) * day;
  if (secret.record.accessedAt === today) return;
  await store
    .inTurn(secret.name, async () => {
      if (store.find(secret.arn) === secret) await store.change(secret, { accessedAt: today });
    })
    .catch((error: unknown) => {
      if (!(error instanceof StateFailure)) throw error;
    });
}

/** Secrets Manager API Reference, BatchGetSecretValue */
export const batchGetSecretValue: SecretOperation = operation(
  {
    SecretIdList: list(secretId, { min: 1, max: 20 }),
    Filters: filterList,
    MaxResults: integer({ min: 1, max: 20 }),
    NextToken: text({ min: 1, max: 4096 }),
  },
  async (store: SecretStore, input, call) => {
    call.demand({ action: 'secretsmanager:BatchGetSecretValue', resource: '*' });
    if ((input.SecretIdList === undefined) === (input.Filters === undefined)) {
      throw new ServiceError('InvalidParameterException', 'Either SecretIdList or Filters must be provided, but not both.');
    }
    const ids =
      input.SecretIdList ??
      store
        .all()
        .filter((secret) => secret.record.deletedAt === undefined && matchesFilters(secret, input.Filters ?? []))
        .map(({ arn }) => arn);
    const page = pageOf(ids, input.NextToken, input.MaxResults ?? 20, invalidToken);
    const found: object[] = [];
    const errors: object[] = [];
    for (const id of page.items) {
      try {
        found.push(await oneOfBatch(store, call, id));
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message });
      }
    }
    return { SecretValues: found, Errors: errors, ...(page.next === undefined ? {} : { NextToken: page.next }) };
  },
);

async function oneOfBatch(store: SecretStore, call: JsonCall, id: string): Promise<object> {
  const secret = store.useLive({ ...call, operation: 'GetSecretValue' }, id);
  const found = secret.find({});
  if (found === undefined) throw noVersion(secret, undefined, undefined);
  await markAccessed(store, secret);
  return describeValue(secret, found);
}

/** Secrets Manager API Reference, DescribeSecret */
export const describeSecret: SecretOperation = operation({ SecretId: required(secretId) }, (store: SecretStore, input, call) => {
  const secret = store.use(call, input.SecretId);
  return { ...describe(secret), VersionIdsToStages: stagesOf(secret) };
});

/** Secrets Manager API Reference, ListSecrets */
export const listSecrets: SecretOperation = operation(
  {
    IncludePlannedDeletion: flag(),
    MaxResults: integer({ min: 1, max: 100 }),
    NextToken: text({ min: 1, max: 4096 }),
    Filters: filterList,
    SortOrder: text({ oneOf: ['asc', 'desc'] }),
  },
  (store: SecretStore, input, call) => {
    call.demand({ action: 'secretsmanager:ListSecrets', resource: '*' });
    const found = store
      .all()
      .filter((secret) => input.IncludePlannedDeletion === true || secret.record.deletedAt === undefined)
      .filter((secret) => matchesFilters(secret, input.Filters ?? []))
      .sort((one, other) => (input.SortOrder === 'asc' ? 1 : -1) * (one.record.createdAt - other.record.createdAt));
    const page = pageOf(found, input.NextToken, input.MaxResults ?? 100, invalidToken);
    return {
      SecretList: page.items.map((secret) => ({ ...describe(secret), SecretVersionsToStages: stagesOf(secret) })),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
);

/** Secrets Manager API Reference, ListSecretVersionIds */
export const listSecretVersionIds: SecretOperation = operation(
  {
    SecretId: required(secretId),
    MaxResults: integer({ min: 1, max: 100 }),
    NextToken: text({ min: 1, max: 4096 }),
    IncludeDeprecated: flag(),
  },
  (store: SecretStore, input, call) => {
    const secret = store.use(call, input.SecretId);
    const versions = secret.record.versions.filter(({ stages }) => input.IncludeDeprecated === true || stages.length > 0);
    const page = pageOf(versions, input.NextToken, input.MaxResults ?? 100, invalidToken);
    return {
      Versions: page.items.map(({ id, stages, createdAt }) => ({ VersionId: id, VersionStages: stages, CreatedDate: createdAt / 1000 })),
      ARN: secret.arn,
      Name: secret.name,
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
);

/** Secrets Manager API Reference, GetRandomPassword */
export const getRandomPassword: SecretOperation = operation(
  {
    PasswordLength: integer({ min: 1, max: 4096 }),
    ExcludeCharacters: text({ max: 4096 }),
    ExcludeNumbers: flag(),
    ExcludePunctuation: flag(),
    ExcludeUppercase: flag(),
    ExcludeLowercase: flag(),
    IncludeSpace: flag(),
    RequireEachIncludedType: flag(),
  },
  (_store: SecretStore, input, call) => {
    call.demand({ action: 'secretsmanager:GetRandomPassword', resource: '*' });
    const password = generatePassword({
      length: input.PasswordLength ?? 32,
      excludeCharacters: input.ExcludeCharacters ?? '',
      excludeLowercase: input.ExcludeLowercase ?? false,
      excludeUppercase: input.ExcludeUppercase ?? false,
      excludeNumbers: input.ExcludeNumbers ?? false,
      excludePunctuation: input.ExcludePunctuation ?? false,
      includeSpace: input.IncludeSpace ?? false,
      requireEachIncludedType: input.RequireEachIncludedType ?? true,
    });
    if (password !== undefined) return { RandomPassword: password };
    throw new ServiceError('InvalidParameterException', 'The password length is too short based on the required types.');
  },
);

function describe({ record }: LiveSecret): object {
  const { arn, name, description, tags, createdAt, changedAt, accessedAt, deletedAt, rotation } = record;
  return {
    ARN: arn,
    Name: name,
    ...(description === undefined ? {} : { Description: description }),
    ...(rotation === undefined ? {} : describeRotation(rotation)),
    LastChangedDate: changedAt / 1000,
    ...(accessedAt === undefined ? {} : { LastAccessedDate: accessedAt / 1000 }),
    ...(deletedAt === undefined ? {} : { DeletedDate: deletedAt / 1000 }),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    CreatedDate: createdAt / 1000,
  };
}

function describeRotation({ enabled, functionArn, rules, rotatedAt }: Rotation): object {
  return {
    RotationEnabled: enabled,
    RotationLambdaARN: functionArn,
    ...(rules === undefined ? {} : { RotationRules: rules }),
    ...(rotatedAt === undefined ? {} : { LastRotatedDate: rotatedAt / 1000 }),
  };
}

function stagesOf({ record }: LiveSecret): object {
  return Object.fromEntries(record.versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]));
}

function invalidToken(): ServiceError {
  return new ServiceError('InvalidNextTokenException', 'Invalid Token');
}
