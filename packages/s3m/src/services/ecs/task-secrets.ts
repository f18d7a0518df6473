import type { ContainerDefinition } from '../../capabilities/task-definition.ts';
import { TaskStartFailure } from '../../containers/task-runtime.ts';
import type { Account } from '../account.ts';
import { namedPolicy } from '../resource-policy-text.ts';
import { findParameter, findSecret, jsonMember } from '../stored-values.ts';
import { reachApi, type TaskInterface } from './aws-reach.ts';
import type { ExecutionRole } from './execution-role.ts';

/** What all failures to get a secret begin with. */
const PREFIX = 'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ';
const FROM_SECRETS_MANAGER = 'unable to retrieve secret from asm: service call has been retried 1 time(s): ';
const FROM_SYSTEMS_MANAGER = 'unable to retrieve secrets from ssm: service call has been retried 1 time(s): ';

/**
 * The values of a container's `Secrets`, by variable; fetched once, when the task starts (ECS-020), over the task's own network (VPC-022).
 *
 * @throws TaskStartFailure for one that is missing, out of reach or denied to the execution role (ECS-052)
 */
export function fetchSecrets(
  account: Account,
  from: TaskInterface,
  role: ExecutionRole,
  { name, secrets = [] }: ContainerDefinition,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    secrets.map((secret) => {
      const fetched = isSecretArn(secret.valueFrom)
        ? fromSecretsManager(account, from, role, secret.valueFrom)
        : fromSystemsManager(account, from, role, secret.valueFrom);
      if (fetched.kind === 'value') return [secret.name, fetched.value];
      throw new TaskStartFailure(`${PREFIX}${fetched.reason}`, `Container "${name}" cannot have ${secret.name}: ${fetched.why}`);
    }),
  );
}

type Fetched =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly why: string };

function isSecretArn(valueFrom: string): boolean {
  return /^arn:[^:]*:secretsmanager:/.test(valueFrom);
}

/** `ARN:json-key:version-stage:version-id`; an ARN holds six colons. */
function fromSecretsManager(account: Account, from: TaskInterface, role: ExecutionRole, valueFrom: string): Fetched {
  const parts = valueFrom.split(':');
  const arn = parts.slice(0, 7).join(':');
  const [key, stage, id] = parts.slice(7).map((part) => (part === '' ? undefined : part));
  const { unreachable: refused, passage } = reachApi(account, from, 'secretsmanager');
  if (refused !== undefined) {
    const text = `RequestError: send request failed caused by: Post "https://secretsmanager.${account.region}.${account.urlSuffix}/": dial tcp: i/o timeout`;
    return { kind: 'failed', reason: `${FROM_SECRETS_MANAGER}failed to fetch secret ${arn} from secrets manager: ${text}`, why: refused };
  }
  const secret = findSecret(account.directory, arn);
  const denied = role.refuse({
    action: 'secretsmanager:GetSecretValue',
    resource: secret?.arn ?? arn,
    resourcePolicy: secret?.policy === undefined ? undefined : namedPolicy(secret.arn, secret.policy),
    passage,
  });
  if (denied !== undefined) {
    // ECS-052, IAM-039
    const reason = `${FROM_SECRETS_MANAGER}failed to fetch secret ${arn} from secrets manager: AccessDeniedException: ${denied}`;
    return { kind: 'failed', reason, why: `its execution role may not read it: ${denied}` };
  }
  const text = secret?.value({ ...(stage === undefined ? {} : { stage }), ...(id === undefined ? {} : { id }) });
  if (text === undefined) {
    // ECS-053
    const reason = `ResourceNotFoundException: The task can't retrieve the secret with ARN ${arn} from AWS Secrets Manager. Check whether the secret exists in the specified Region`;
    const why = secret === undefined ? `there is no secret ${arn}` : `the secret ${secret.name} has no such version`;
    return { kind: 'failed', reason: `${FROM_SECRETS_MANAGER}failed to fetch secret ${arn} from secrets manager: ${reason}`, why };
  }
  if (key === undefined) return { kind: 'value', value: text };
  const value = jsonMember(text, key);
  if (value !== undefined) return { kind: 'value', value };
  // ECS-021
  const reason = `${FROM_SECRETS_MANAGER}retrieved secret from Secrets Manager did not contain json key ${key}`;
  return { kind: 'failed', reason, why: `the secret ${secret?.name ?? arn} has no member "${key}"` };
}

function fromSystemsManager(account: Account, from: TaskInterface, role: ExecutionRole, valueFrom: string): Fetched {
  const { unreachable: refused, passage } = reachApi(account, from, 'ssm');
  // ECS-052
  const timeout =
    'unable to retrieve secrets from ssm: service call has been retried 5 time(s): RequestCanceled: request context canceled caused by: context deadline exceeded';
  if (refused !== undefined) return { kind: 'failed', reason: timeout, why: refused };
  const parameter = findParameter(account.directory, valueFrom);
  const denied = role.refuse({ action: 'ssm:GetParameters', resource: parameter?.arn ?? parameterArn(account, valueFrom), passage });
  if (denied !== undefined) {
    const reason = `${FROM_SYSTEMS_MANAGER}AccessDeniedException: ${denied}`;
    return { kind: 'failed', reason, why: `its execution role may not read it: ${denied}` };
  }
  const value = parameter?.value();
  if (value !== undefined) return { kind: 'value', value };
  return {
    kind: 'failed',
    reason: `${FROM_SYSTEMS_MANAGER}invalid ssm parameters: ${valueFrom}`,
    why: `there is no parameter ${valueFrom}`,
  };
}

function parameterArn(account: Account, valueFrom: string): string {
  if (valueFrom.startsWith('arn:')) return valueFrom;
  return `arn:${account.partition}:ssm:${account.region}:${account.id}:parameter/${valueFrom.replace(/^\//, '')}`;
}
