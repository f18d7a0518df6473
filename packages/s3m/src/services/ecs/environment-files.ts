import { readBody } from '../../capabilities/bucket.ts';
import type { ContainerDefinition } from '../../capabilities/task-definition.ts';
import { TaskStartFailure } from '../../containers/task-runtime.ts';
import type { Account } from '../account.ts';
import { reachApi, type TaskInterface } from './aws-reach.ts';
import type { ExecutionRole } from './execution-role.ts';
import { parseObjectArn } from './object-arn.ts';

const PREFIX = 'ResourceInitializationError: failed to download env files: file download command: non empty error stream: ';

/** The variables of a container's environment files; of a variable that is in several, the first counts (ECS-022). @throws TaskStartFailure */
export async function readEnvironmentFiles(
  account: Account,
  from: TaskInterface,
  role: ExecutionRole,
  { name, environmentFiles = [] }: ContainerDefinition,
): Promise<Readonly<Record<string, string>>> {
  const variables: Record<string, string> = {};
  for (const { arn, text } of environmentFiles) {
    const { bucket, key } = parseObjectArn(arn);
    const { unreachable: refused, passage } = reachApi(account, from, `${bucket}.s3`);
    if (refused !== undefined) {
      const reason = `${PREFIX}RequestCanceled: request context canceled caused by: context deadline exceeded`;
      throw new TaskStartFailure(reason, `Container "${name}" cannot have its environment file ${arn}: ${refused}`);
    }
    const denied = role.refuse({ action: 's3:GetObject', resource: arn, passage });
    if (denied !== undefined) {
      const why = `Container "${name}" cannot have its environment file ${arn}: its execution role may not read it: ${denied}`;
      throw new TaskStartFailure(`${PREFIX}AccessDenied: ${denied}`, why);
    }
    const object = text === undefined ? account.directory.find('bucket', bucket)?.get(key) : undefined;
    const content = text ?? (object === undefined ? undefined : (await readBody(object.body)).toString('utf8'));
    if (content === undefined) {
      throw new TaskStartFailure(
        `${PREFIX}NoSuchKey: The specified key does not exist.`,
        `Container "${name}" cannot have its environment file: there is no ${key} in bucket ${bucket}`,
      );
    }
    for (const [variable, value] of parseEnvironmentFile(content)) variables[variable] ??= value;
  }
  return variables;
}

/** Lines `VARIABLE=VALUE`; a line that begins with `#` is a comment. Quotes are part of the value. */
export function parseEnvironmentFile(text: string): readonly (readonly [string, string])[] {
  return text.split(/\r?\n/).flatMap((line): (readonly [string, string])[] => {
    const at = line.indexOf('=');
    if (line.trimStart().startsWith('#') || at < 1) return [];
    return [[line.slice(0, at).trim(), line.slice(at + 1)]];
  });
}
