import { createHash } from 'node:crypto';
import { compileAccessLogFormat } from '../../../gateway/access-log-format.ts';
import type { Answered } from '../../../gateway/log-variables.ts';
import type { AccessLogSettings } from '../../access-log-setting.ts';
import type { Account } from '../../account.ts';
import { ensureLogGroup } from '../../log-groups.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';
import { findLogVariable } from './log-variables.ts';

/** A stage's access log: one line a request, in a log group. */
export class AccessLog {
  readonly #account: Account;
  readonly #group: string;
  readonly #stream: string;
  readonly #line: (answered: Answered<HttpApiRequest>) => string;

  /** @param name `API/STAGE` */
  constructor(account: Account, name: string, { group, format }: AccessLogSettings) {
    this.#account = account;
    this.#group = group;
    this.#stream = createHash('sha256').update(name).digest('hex').slice(0, 32);
    this.#line = compileAccessLogFormat(format, findLogVariable);
  }

  write(answered: Answered<HttpApiRequest>): void {
    const { directory, clock } = this.#account;
    const event = { timestamp: clock.now(), stream: this.#stream, message: this.#line(answered) };
    ensureLogGroup(directory, this.#group).put(event);
    // Of use when asked for; a line a request would drown everything else on a terminal.
    this.#account.emit({ event: 'log', source: this.#group, quiet: true, ...event });
  }
}
