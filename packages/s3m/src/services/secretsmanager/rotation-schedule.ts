import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';
import { ServiceError } from '../service-error.ts';
import type { RotationRules } from './live-secret.ts';
import { startRotation } from './rotation.ts';
import { secretsOf } from './secret-store.ts';

const noTimer = { inert: 'a secret rotates here when its schedule is made and by RotateSecret, never by time' } as const;

/** Names the function that rotates a secret, and has it rotate at once unless it says otherwise. */
export const rotationSchedule: ResourceType = {
  type: 'AWS::SecretsManager::RotationSchedule',
  scope: 'simulated',
  properties: {
    RotateImmediatelyOnUpdate: 'simulated',
    RotationLambdaARN: 'simulated',
    'RotationRules.AutomaticallyAfterDays': noTimer,
    'RotationRules.Duration': noTimer,
    'RotationRules.ScheduleExpression': noTimer,
    SecretId: 'simulated',
  },
  required: ['SecretId', 'RotationLambdaARN'],
  attributes: ['Id'],
  replacedBy: ['SecretId'],
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const store = secretsOf(context.account);
  const secret = store.find(new PropertyReader(context.properties).string('SecretId'));
  if (secret === undefined) throw new ResourceFailure("Secrets Manager can't find the specified secret.", { property: 'SecretId' });
  const start = async ({ properties, kept }: ResourceContext): Promise<Resource> => {
    const reader = new PropertyReader(properties);
    // What an earlier engine has rotated is not rotated by a start.
    if (typeof kept !== 'object' || secret.record.rotation === undefined) {
      await store.inTurn(secret.name, async () => {
        try {
          const { ended } = await startRotation(store, secret, {
            functionArn: reader.string('RotationLambdaARN'),
            rules: rulesOf(reader),
            immediately: reader.boolean('RotateImmediatelyOnUpdate', true),
          });
          ended.catch((error: unknown) => {
            context.account.emit({ event: 'notice', message: `Rotation of secret ${secret.name} failed: ${String(error)}` });
          });
        } catch (error) {
          if (error instanceof ServiceError) throw new ResourceFailure(error.message, { property: 'RotationLambdaARN', cause: error });
          throw error;
        }
      });
    }
    return {
      ref: secret.arn,
      attributes: { Id: secret.arn },
      update: start,
      delete: () =>
        store.inTurn(secret.name, async () => {
          if (store.find(secret.arn) !== secret) return;
          const { rotation: _, ...record } = secret.record;
          await store.replace(secret, record);
        }),
      stopNow: () => Promise.resolve(),
    };
  };
  return start(context);
}

function rulesOf(reader: PropertyReader): RotationRules | undefined {
  const rules = reader.object('RotationRules');
  if (rules === undefined) return undefined;
  const days = rules.optionalInteger('AutomaticallyAfterDays');
  const duration = rules.optionalString('Duration');
  const schedule = rules.optionalString('ScheduleExpression');
  return {
    ...(days === undefined ? {} : { AutomaticallyAfterDays: days }),
    ...(duration === undefined ? {} : { Duration: duration }),
    ...(schedule === undefined ? {} : { ScheduleExpression: schedule }),
  };
}
