import type { Account } from '../account.ts';
import type { DynaliteEngine } from './dynalite-engine.ts';
import { notServed } from './not-served.ts';
import type { Outcome } from './outcome.ts';
import type { TimeToLive } from './time-to-live.ts';
import type { RequestTokens } from './transactions/request-tokens.ts';

type Input = Readonly<Record<string, unknown>>;

/** Operations on dynalite's store that it has not, or has not in full; what is rare is loaded by its first call. */
export class OwnOperations {
  readonly #account: Account;
  readonly #timeToLive: TimeToLive;
  #tokens: Promise<RequestTokens> | undefined;

  constructor(account: Account, timeToLive: TimeToLive) {
    this.#account = account;
    this.#timeToLive = timeToLive;
  }

  /** Undefined when dynalite does it. @throws an error of which `refusal` knows the answer */
  async run(engine: DynaliteEngine, operation: string, input: Input): Promise<Outcome | undefined> {
    switch (operation) {
      case 'DescribeTimeToLive':
        return this.#timeToLive.describe(engine, input);
      case 'UpdateTimeToLive':
        return this.#timeToLive.update(engine, input);
      case 'TransactGetItems': {
        const { transactGet } = await import('./transactions/transact-get.ts');
        return transactGet(engine, input);
      }
      case 'TransactWriteItems': {
        const { transactWrite } = await import('./transactions/transact-write.ts');
        return transactWrite(engine, await this.#loadTokens(engine), input, this.#account.clock.now());
      }
      case 'CreateTable':
        return this.#createTable(engine, input);
      case 'UpdateTable':
        return updateTable(engine, input);
      case 'DescribeContinuousBackups':
        return (await import('./table-settings.ts')).continuousBackups(engine, input);
      case 'DescribeLimits':
        return (await import('./table-settings.ts')).limits;
      default:
        return undefined;
    }
  }

  #loadTokens({ store }: DynaliteEngine): Promise<RequestTokens> {
    return (this.#tokens ??= import('./transactions/request-tokens.ts').then(({ RequestTokens }) => RequestTokens.load(store)));
  }

  /** With its tags, which dynalite would drop. */
  async #createTable(engine: DynaliteEngine, input: Input): Promise<Outcome | undefined> {
    const { unsupportedParameter } = await import('./table-settings.ts');
    const parameter = unsupportedParameter('CreateTable', input);
    if (parameter !== undefined) return notServed(`${parameter} of CreateTable`);
    const { Tags: tags } = input;
    if (tags === undefined || tags === null) return undefined;
    const arn = `arn:${this.#account.partition}:dynamodb:${this.#account.region}:${this.#account.id}:table/${String(input['TableName'])}`;
    const checked = engine.check('TagResource', { ResourceArn: arn, Tags: tags });
    const outcome = await engine.run('CreateTable', input);
    if (outcome.status === 200) await engine.perform('TagResource', checked);
    return outcome;
  }
}

async function updateTable(engine: DynaliteEngine, input: Input): Promise<Outcome | undefined> {
  const { asksForNothing, unchangedTable, unsupportedParameter } = await import('./table-settings.ts');
  const parameter = unsupportedParameter('UpdateTable', input);
  if (parameter !== undefined) return notServed(`${parameter} of UpdateTable`);
  if (asksForNothing(input)) return unchangedTable(engine, input);
  const { changeIndex, indexChangeOf } = await import('./change-indexes.ts');
  const data = engine.check('UpdateTable', structuredClone(input));
  const change = indexChangeOf(data);
  if (change === undefined) return undefined;
  if (data['ProvisionedThroughput'] !== undefined) return notServed('An index and ProvisionedThroughput in one UpdateTable');
  return changeIndex(engine, data, change);
}
