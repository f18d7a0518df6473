import { flag, integer, required, structure, text } from '../input-shape.ts';
import { changeOperation, type JsonOperation } from '../json-service.ts';
import { ServiceError, unsupported } from '../service-error.ts';
import { currentStage, pendingStage } from './live-secret.ts';
import { startRotation } from './rotation.ts';
import type { SecretStore } from './secret-store.ts';
import { secretId } from './write-secrets.ts';

/** Secrets Manager API Reference, RotationRulesType */
const rotationRules = structure({
  AutomaticallyAfterDays: integer({ min: 1, max: 1000 }),
  Duration: text({ min: 2, max: 3, pattern: '[0-9h]+' }),
  ScheduleExpression: text({ min: 1, max: 256, pattern: '[0-9A-Za-z\\(\\)#\\?\\*\\-\\/, ]+' }),
});

/** Secrets Manager API Reference, RotateSecret. It answers before the function has run. */
export const rotateSecret: JsonOperation<SecretStore> = changeOperation(
  {
    SecretId: required(secretId),
    ClientRequestToken: text({ min: 32, max: 64 }),
    RotationLambdaARN: text({ max: 2048 }),
    RotationRules: rotationRules,
    RotateImmediately: flag(),
  },
  ({ SecretId }) => SecretId,
  async (store: SecretStore, input, call) => {
    const secret = store.useLive(call, input.SecretId);
    const { AutomaticallyAfterDays: days, ScheduleExpression: schedule } = input.RotationRules ?? {};
    if (days !== undefined && schedule !== undefined)
      throw new ServiceError(
        'InvalidParameterException',
        'The rotation rules cannot have both AutomaticallyAfterDays and ScheduleExpression.',
      );
    const functionArn = input.RotationLambdaARN ?? secret.record.rotation?.functionArn;
    if (functionArn !== undefined && !functionArn.startsWith('arn:')) throw unsupported('RotationLambdaARN must be the ARN of a function');
    const { versionId, ended } = await startRotation(store, secret, {
      ...(input.ClientRequestToken === undefined ? {} : { id: input.ClientRequestToken }),
      functionArn,
      caller: { principal: call.caller.arn, caller: call.caller, accessKeyId: call.accessKeyId },
      rules: input.RotationRules,
      immediately: input.RotateImmediately !== false,
    });
    ended.catch((error: unknown) => {
      store.account.emit({ event: 'notice', message: `Rotation of secret ${secret.name} failed: ${String(error)}` });
    });
    return { ARN: secret.arn, Name: secret.name, VersionId: versionId };
  },
);

/** Secrets Manager API Reference, CancelRotateSecret: a version that is not finished stays. */
export const cancelRotateSecret: JsonOperation<SecretStore> = changeOperation(
  { SecretId: required(secretId) },
  ({ SecretId }) => SecretId,
  async (store: SecretStore, input, call) => {
    const secret = store.useLive(call, input.SecretId);
    const { rotation } = secret.record;
    if (rotation !== undefined) await store.change(secret, { rotation: { ...rotation, enabled: false } });
    const pending = secret.find({ stage: pendingStage });
    const unfinished = pending === undefined || pending.stages.includes(currentStage) ? {} : { VersionId: pending.id };
    return { ARN: secret.arn, Name: secret.name, ...unfinished };
  },
);
