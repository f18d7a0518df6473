import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import type { Invocable, Invoker, InvokeResult } from '../../../src/capabilities/invocable.ts';
import type { LogEvent, LogGroup } from '../../../src/capabilities/log-group.ts';
import { lambdaFunction } from '../../../src/services/lambda/function.ts';
import { ensureLogGroup } from '../../../src/services/log-groups.ts';
import type { Properties, Resource } from '../../../src/services/resource-type.ts';
import { createContext, fakeAccount, type FakeAccount, type FakeAccountOptions, type FakeResource } from '../fake-account.ts';

/** A principal of the account itself, which needs no permission. */
export const owner: Invoker = { principal: 'arn:aws:iam::000000000000:user/developer' };

/** A function that runs in an account of its own. Time stands still until the test moves `clock`. */
export interface RunningFunction extends AsyncDisposable {
  readonly account: FakeAccount;
  readonly clock: VirtualClock;
  readonly resource: Resource;
  readonly function: Invocable;
  readonly logs: LogGroup;
  readonly notices: readonly string[];
  invoke(event?: unknown): Promise<InvokeResult>;
  update(code: string, properties?: Properties): Promise<void>;
  /** Resolves at the first log event, past or future, that contains `text`. */
  logged(text: string): Promise<LogEvent>;
}

/** Starts a Node.js function with `code` as its inline index.js and waits for its first initialisation. */
export async function runFunction(
  code: string,
  properties: Properties = {},
  resource: Partial<FakeResource> = {},
  options: FakeAccountOptions = {},
): Promise<RunningFunction> {
  const clock = new VirtualClock();
  const account = await fakeAccount({ clock, ...options });
  const contextOf = (text: string, changed: Properties) =>
    createContext(account, lambdaFunction, {
      logicalId: 'Authorizer',
      properties: {
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        FunctionName: 'authorizer',
        Code: { ZipFile: text },
        ...properties,
        ...changed,
      },
      ...resource,
    });
  const created = await lambdaFunction.create(contextOf(code, {}));
  await created.stable?.();
  const invocable = account.directory.find('function', String(created.attributes['Arn']))!;
  const logs = ensureLogGroup(account.directory, '/aws/lambda/authorizer');
  return {
    account,
    clock,
    resource: created,
    function: invocable,
    logs,
    get notices() {
      return account.events.flatMap((event) => (event.event === 'notice' ? [event.message] : []));
    },
    invoke: (event = {}) => invocable.invoke({ event: JSON.stringify(event), invoker: owner }),
    async update(text, changed = {}) {
      await created.update!(contextOf(text, changed));
    },
    logged(text) {
      const past = logs.tail(10_000).find((event) => event.message.includes(text));
      if (past !== undefined) return Promise.resolve(past);
      return new Promise((resolve) => {
        const stop = logs.follow((event) => {
          if (!event.message.includes(text)) return;
          stop();
          resolve(event);
        });
      });
    },
    async [Symbol.asyncDispose]() {
      await created.delete();
      await account[Symbol.asyncDispose]();
    },
  };
}
