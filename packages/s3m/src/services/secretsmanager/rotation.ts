import { randomUUID } from 'node:crypto';
import type { Invocable, Invoker, InvokeResult } from '../../capabilities/invocable.ts';
import { ServiceError } from '../service-error.ts';
import { currentStage, pendingStage, type LiveSecret, type RotationRules } from './live-secret.ts';
import { moveStages, type SecretStore } from './secret-store.ts';

/** Steps of a rotation, one call of the function each (Secrets Manager User Guide, "Rotation by Lambda function"). */
const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** What a rotation is to be. */
export interface RotationRequest {
  readonly id?: string;
  readonly functionArn: string | undefined;
  /** Who called RotateSecret: it needs `lambda:InvokeFunction` itself (RotateSecret, "Required permissions"). Absent for a template's schedule. */
  readonly caller?: Invoker;
  readonly rules: RotationRules | undefined;
  /** False: the function is only tested, with a version that goes again. */
  readonly immediately: boolean;
}

/** Begins a rotation, and answers the version that it makes, and when it has ended. @throws ServiceError */
export async function startRotation(
  store: SecretStore,
  secret: LiveSecret,
  request: RotationRequest,
): Promise<{ readonly versionId: string; readonly ended: Promise<void> }> {
  const functionArn = request.functionArn ?? secret.record.rotation?.functionArn;
  if (functionArn === undefined)
    throw new ServiceError('InvalidRequestException', 'No Lambda rotation function ARN is associated with this secret.');
  const { invocable, qualifier } = findFunction(store, functionArn);
  const asked = qualifier === undefined ? {} : { qualifier };
  const refused = request.caller === undefined ? undefined : invocable.whyNotInvoked?.({ invoker: request.caller, ...asked });
  if (refused !== undefined) throw new ServiceError(refused.code, refused.message);
  if (invocable.whyNotInvoked?.({ invoker: rotatorOf(store, secret), ...asked }) !== undefined) throw notInvocable();
  const id = request.id ?? randomUUID();
  const pending = secret.find({ stage: pendingStage });
  if (pending !== undefined && !pending.stages.includes(currentStage) && pending.id !== id)
    throw new ServiceError('InvalidRequestException', "A previous rotation isn't complete. That rotation will be reattempted.");
  const rules = request.rules ?? secret.record.rotation?.rules;
  const rotatedAt = secret.record.rotation?.rotatedAt;
  await store.change(secret, {
    versions: withPending(secret, id, store.account.clock.now()),
    rotation: {
      enabled: true,
      functionArn,
      ...(rules === undefined ? {} : { rules }),
      ...(rotatedAt === undefined ? {} : { rotatedAt }),
    },
  });
  const run: Run = { store, secret, id, invocable, ...asked };
  return { versionId: id, ended: request.immediately ? rotate(run) : test(run) };
}

interface Run {
  readonly store: SecretStore;
  readonly secret: LiveSecret;
  readonly id: string;
  readonly invocable: Invocable;
  readonly qualifier?: string;
}

function findFunction({ account }: SecretStore, arn: string): { readonly invocable: Invocable; readonly qualifier: string | undefined } {
  const [, plain = arn, qualifier] = /^(arn:[^:]+:lambda:[^:]+:\d+:function:[^:]+)(?::(.+))?$/.exec(arn) ?? [];
  const invocable = account.directory.find('function', plain);
  if (invocable === undefined) throw new ServiceError('ResourceNotFoundException', 'Lambda does not exist.');
  return { invocable, qualifier };
}

function rotatorOf({ account }: SecretStore, { arn }: LiveSecret): Invoker {
  return { principal: 'secretsmanager.amazonaws.com', sourceArn: arn, sourceAccount: account.id };
}

function notInvocable(): ServiceError {
  return new ServiceError(
    'AccessDeniedException',
    'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
  );
}

/** The version that the function is to fill; one that an earlier attempt left is taken up again. */
function withPending({ record }: LiveSecret, id: string, now: number): LiveSecret['record']['versions'] {
  const others = moveStages(record.versions, [pendingStage]);
  if (!others.some((version) => version.id === id)) return [...others, { id, stages: [pendingStage], createdAt: now }];
  return others.map((version) => (version.id === id ? { ...version, stages: [...version.stages, pendingStage] } : version));
}

async function rotate(run: Run): Promise<void> {
  const { store, secret, id } = run;
  for (const step of steps) if (!(await call(run, step))) return;
  await store.inTurn(secret.name, async () => {
    if (store.find(secret.arn) !== secret) return;
    if (secret.find({ stage: currentStage })?.id !== id)
      return tell(run, `its function has ended finishSecret without moving ${currentStage} to version ${id}`);
    const { rotation } = secret.record;
    const now = store.account.clock.now();
    await store.change(secret, {
      versions: moveStages(secret.record.versions, [pendingStage]),
      ...(rotation === undefined ? {} : { rotation: { ...rotation, rotatedAt: now } }),
      changedAt: now,
    });
  });
}

/** AWS tries the function that it is not to call yet with a version that it takes away again. */
async function test(run: Run): Promise<void> {
  const { store, secret, id } = run;
  await call(run, 'testSecret');
  await store.inTurn(secret.name, async () => {
    if (store.find(secret.arn) !== secret) return;
    const versions = moveStages(secret.record.versions, [pendingStage]).filter((version) => version.id !== id || version.stages.length > 0);
    await store.change(secret, { versions });
  });
}

/** Whether the function has done a step. */
async function call(run: Run, step: (typeof steps)[number]): Promise<boolean> {
  const { store, secret, id, invocable, qualifier } = run;
  const result = await invocable.invoke({
    event: JSON.stringify({ ClientRequestToken: id, SecretId: secret.arn, Step: step }),
    isJson: true,
    invoker: rotatorOf(store, secret),
    ...(qualifier === undefined ? {} : { qualifier }),
  });
  if (result.kind === 'success') return true;
  tell(run, `step ${step}: ${reasonOf(result)}`);
  return false;
}

function reasonOf(result: Exclude<InvokeResult, { readonly kind: 'success' }>): string {
  return result.kind === 'refused' ? `${result.code}: ${result.message}` : `${result.errorType}: ${result.errorMessage}`;
}

function tell({ store, secret }: Run, why: string): void {
  store.account.emit({ event: 'notice', message: `Rotation of secret ${secret.name} failed: ${why}` });
}
