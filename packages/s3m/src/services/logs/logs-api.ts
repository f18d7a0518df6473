import { list, required, text, type Shape } from '../input-shape.ts';
import type { JsonCall } from '../json-service.ts';
import { findLogGroup, type LogStream, type MemoryLogGroup } from '../log-groups.ts';
import { ServiceError } from '../service-error.ts';
import type { Account } from '../account.ts';

export const groupName: Shape<string> = text({ min: 1, max: 512, pattern: String.raw`[\.\-_/#A-Za-z0-9]+` });
export const streamName: Shape<string> = text({ min: 1, max: 512, pattern: '[^:*]*' });
/** A name or an ARN. */
export const groupIdentifier: Shape<string> = text({ min: 1, max: 2048 });
export const tagKeys: Shape<readonly string[]> = list(required(text({ min: 1, max: 128 })), { min: 1, max: 50 });

/** The log groups of an account, as its API has them. */
export class LogsApi {
  readonly account: Account;

  constructor(account: Account) {
    this.account = account;
  }

  /** `arn:aws:logs:...:log-group:NAME` */
  arnOf(name: string): string {
    const { partition, region, id } = this.account;
    return `arn:${partition}:logs:${region}:${id}:log-group:${name}`;
  }

  /** Policies are about `log-group:NAME:log-stream:STREAM`, with an empty stream for what is about the group. @throws ServiceError */
  demand({ demand, operation }: JsonCall, group: string, stream = ''): void {
    demand({ action: `logs:${operation}`, resource: `${this.arnOf(group)}:log-stream:${stream}` });
  }

  /** @throws ServiceError */
  use(call: JsonCall, name: string, stream?: string): MemoryLogGroup {
    this.demand(call, name, stream);
    const group = findLogGroup(this.account.directory, name);
    if (group === undefined) throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  }

  /** @throws ServiceError */
  useStream(call: JsonCall, name: string, stream: string): { readonly group: MemoryLogGroup; readonly stream: LogStream } {
    const group = this.use(call, name, stream);
    const found = group.streams.get(stream);
    if (found === undefined) throw new ServiceError('ResourceNotFoundException', 'The specified log stream does not exist.');
    return { group, stream: found };
  }
}

/** The group that a call names: by `logGroupName`, or by `logGroupIdentifier`, which may be an ARN. @throws ServiceError */
export function nameOf(input: { readonly logGroupName?: string; readonly logGroupIdentifier?: string }): string {
  const { logGroupName: name, logGroupIdentifier: identifier } = input;
  if ((name === undefined) === (identifier === undefined)) {
    throw new ServiceError(
      'InvalidParameterException',
      name === undefined
        ? 'Either logGroupName or logGroupIdentifier must be provided.'
        : 'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
    );
  }
  return name ?? nameOfArn(identifier!);
}

export function nameOfArn(text: string): string {
  return /^arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:]*)/.exec(text)?.[1] ?? text;
}

export function invalidToken(): ServiceError {
  return new ServiceError('InvalidParameterException', 'The specified nextToken is invalid.');
}
