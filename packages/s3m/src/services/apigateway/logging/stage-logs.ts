import { createHash } from 'node:crypto';
import type { Answered } from '../../../gateway/log-variables.ts';
import type { HttpAnswer } from '../../../http/exchange.ts';
import type { Account } from '../../account.ts';
import type { AccessLogSettings } from '../../access-log-setting.ts';
import { ensureLogGroup } from '../../log-groups.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { MethodSettings } from '../method-settings.ts';
import type { CompiledMethod } from '../snapshot.ts';
import { compileLine } from './access-log-format.ts';
import { executionLog } from './execution-log.ts';

/** Where a stage's requests are written to. */
export class StageLogs {
  readonly #account: Account;
  readonly #methods: MethodSettings;
  readonly #executionGroup: string;
  readonly #stream: string;
  readonly #accessLog: { readonly group: string; readonly line: (answered: Answered<GatewayRequest>) => string } | undefined;

  /** @param name `API/STAGE`, with `/Canary` after it for a canary (AG-462, AG-463) */
  constructor(account: Account, name: string, accessLog: AccessLogSettings | undefined, methods: MethodSettings) {
    this.#account = account;
    this.#methods = methods;
    this.#executionGroup = `API-Gateway-Execution-Logs_${name}`;
    this.#stream = createHash('sha256').update(name).digest('hex').slice(0, 32);
    this.#accessLog = accessLog && { group: accessLog.group, line: compileLine(accessLog.format) };
  }

  /** Whether what goes to the backend, and comes back, is to be kept. */
  recordsData(method: CompiledMethod): boolean {
    const { loggingLevel, dataTrace } = this.#methods.of(method);
    return dataTrace && loggingLevel === 'INFO';
  }

  /** @param method undefined when none was found: that is not in the execution log */
  write(request: GatewayRequest, method: CompiledMethod | undefined, answer: HttpAnswer): void {
    const timestamp = Math.round(request.time + request.trace.totalMs);
    if (this.#accessLog !== undefined) this.#put(this.#accessLog.group, this.#accessLog.line({ request, answer }), timestamp);
    if (method === undefined) return;
    const setting = this.#methods.of(method);
    if (setting.loggingLevel === 'OFF') return;
    for (const line of executionLog(request, answer, setting)) this.#put(this.#executionGroup, line, timestamp);
  }

  #put(group: string, message: string, timestamp: number): void {
    ensureLogGroup(this.#account.directory, group).put({ timestamp, stream: this.#stream, message });
    // Of use when asked for; a line a request would drown everything else on a terminal.
    this.#account.emit({ event: 'log', source: group, quiet: true, timestamp, stream: this.#stream, message });
  }
}
