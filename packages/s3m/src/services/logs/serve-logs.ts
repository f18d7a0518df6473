import type { Account, AwsHandler } from '../account.ts';
import { describeViolations } from '../input-shape.ts';
import { jsonHandler, type JsonService } from '../json-service.ts';
import { ServiceError } from '../service-error.ts';
import { eventOperations } from './event-operations.ts';
import { groupOperations } from './group-operations.ts';
import { keptLogsOf } from './kept-logs.ts';
import { startLiveTail } from './live-tail.ts';
import { LogsApi } from './logs-api.ts';
import { unserved } from './unserved-operations.ts';

export const logs: JsonService<LogsApi> = {
  name: 'logs',
  target: 'Logs_20140328',
  version: '1.1',
  operations: { ...groupOperations, ...eventOperations, StartLiveTail: startLiveTail },
  unserved,
  settled: async ({ account }) => keptLogsOf(account)?.flush(),
  violated: (violations) => new ServiceError('InvalidParameterException', describeViolations(violations)),
};

/** CloudWatch Logs. */
export function serveLogs(account: Account): AwsHandler {
  return jsonHandler(account, logs, new LogsApi(account));
}
