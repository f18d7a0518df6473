import type { Timer } from '../../clock/clock.ts';
import type { Collection } from '../../state/state.ts';
import type { Account } from '../account.ts';
import { Refusal, type DynaliteEngine, type InputRules } from './dynalite-engine.ts';
import { errorOutcome, type Outcome } from './outcome.ts';
import { sweepTable, type Call } from './sweep-table.ts';

/** Every so often expired items are deleted; AWS promises within a few days (DynamoDB Developer Guide, "Using time to live"). */
const sweepEveryMs = 3_600_000;

const rules: InputRules = {
  types: {
    TableName: { type: 'String', notNull: true, regex: '[a-zA-Z0-9_.-]+', lengthGreaterThanOrEqual: 3, lengthLessThanOrEqual: 255 },
    TimeToLiveSpecification: {
      type: 'FieldStruct<TimeToLiveSpecification>',
      notNull: true,
      children: {
        Enabled: { type: 'Boolean', notNull: true },
        AttributeName: { type: 'String', notNull: true, lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 255 },
      },
    },
  },
  custom: undefined,
};

/** Which attributes of which tables say when their items expire, and the sweep that deletes those that have. */
export class TimeToLive {
  readonly #account: Account;
  readonly #kept: Collection;
  readonly #call: Call;
  /** By name of the table. */
  readonly #attributes = new Map<string, string>();
  #timer: Timer | undefined;

  constructor(account: Account, kept: Collection, call: Call) {
    this.#account = account;
    this.#kept = kept;
    this.#call = call;
    for (const { key, value } of kept.entries()) this.#attributes.set(key, String(value));
    this.#schedule();
  }

  /** Switches it on, to an attribute, or off. Safe before it resolves (`--persist`). */
  async set(table: string, attribute: string | undefined): Promise<void> {
    if (this.#attributes.get(table) === attribute) return;
    if (attribute === undefined) {
      this.#attributes.delete(table);
      await this.#kept.delete(table);
    } else {
      this.#attributes.set(table, attribute);
      await this.#kept.put(table, attribute);
    }
    this.#schedule();
  }

  /** UpdateTimeToLive. @throws an error of which `refusal` knows the answer */
  async update(engine: DynaliteEngine, given: unknown): Promise<Outcome> {
    const { TableName: table, TimeToLiveSpecification: wanted } = engine.check(rules, given) as unknown as {
      readonly TableName: string;
      readonly TimeToLiveSpecification: { readonly Enabled: boolean; readonly AttributeName: string };
    };
    await engine.perform('DescribeTimeToLive', { TableName: table });
    const why = this.#whyNot(table, wanted);
    if (why !== undefined) throw new Refusal(errorOutcome(400, 'ValidationException', why, 'com.amazon.coral.validate'));
    await this.set(table, wanted.Enabled ? wanted.AttributeName : undefined);
    return { status: 200, text: JSON.stringify({ TimeToLiveSpecification: wanted }) };
  }

  /** DescribeTimeToLive. @throws an error of which `refusal` knows the answer */
  async describe(engine: DynaliteEngine, given: unknown): Promise<Outcome> {
    const data = engine.check('DescribeTimeToLive', given);
    const output = await engine.perform('DescribeTimeToLive', data);
    const attribute = this.#attributes.get(String(data['TableName']));
    const description =
      attribute === undefined ? output : { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: attribute } };
    return { status: 200, text: JSON.stringify(description) };
  }

  /** What AWS says of a change that is none, or is about another attribute. */
  #whyNot(table: string, wanted: { readonly Enabled: boolean; readonly AttributeName: string }): string | undefined {
    const active = this.#attributes.get(table);
    if (active === undefined) return wanted.Enabled ? undefined : 'TimeToLive is already disabled';
    if (active !== wanted.AttributeName) return `TimeToLive is active on a different AttributeName: current AttributeName is ${active}`;
    return wanted.Enabled ? 'TimeToLive is already enabled' : undefined;
  }

  /** A timer runs as long as a table has an attribute for it. */
  #schedule(): void {
    if (this.#attributes.size === 0) {
      this.#timer?.cancel();
      this.#timer = undefined;
      return;
    }
    this.#timer ??= this.#account.schedule.after(sweepEveryMs, () => void this.#sweep());
  }

  async #sweep(): Promise<void> {
    for (const [table, attribute] of this.#attributes) {
      try {
        await sweepTable(this.#call, table, attribute, Math.floor(this.#account.clock.now() / 1000));
      } catch {
        // The table is gone, or the disk is full: the next sweep takes what is left.
      }
    }
    this.#timer = undefined;
    this.#schedule();
  }
}
