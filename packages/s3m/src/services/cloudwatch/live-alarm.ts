import type { Timer } from '../../clock/clock.ts';
import type { Account } from '../account.ts';
import type { Measure } from './alarm-metric.ts';
import { evaluateAlarm, minutesOf, type AlarmRule, type AlarmState } from './alarm-state.ts';

const MINUTE_MS = 60_000;

/** What an alarm is made of. */
export interface AlarmSettings {
  readonly name: string;
  readonly rule: AlarmRule;
  readonly measure: Measure;
  /** ARNs of scaling policies; none while actions are disabled. */
  readonly actions: readonly string[];
}

/**
 * Measures each minute of the scaled clock. While it is in ALARM its policies are called each minute, not only when it gets there: so CloudWatch does with
 * actions of Auto Scaling (AWS Knowledge Center, autoscaling-policy-cloudwatch-alarm).
 */
export class LiveAlarm {
  readonly #account: Account;
  readonly #settings: AlarmSettings;
  #state: AlarmState = 'INSUFFICIENT_DATA';
  #minutes: readonly (number | undefined)[] = [];
  #timer: Timer | undefined;
  #closed = false;

  constructor(account: Account, settings: AlarmSettings) {
    this.#account = account;
    this.#settings = settings;
    this.#later();
    // The first look only begins to count.
    void settings.measure();
  }

  get state(): AlarmState {
    return this.#state;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #later(): void {
    this.#timer = this.#account.schedule.after(MINUTE_MS, () => void this.#minute());
  }

  async #minute(): Promise<void> {
    const { name, rule, measure, actions } = this.#settings;
    const measured = await measure();
    if (this.#closed) return;
    this.#minutes = [...this.#minutes, measured].slice(-minutesOf(rule));
    const { state, value } = evaluateAlarm(rule, this.#minutes, this.#state);
    if (state !== this.#state)
      this.#account.emit({ event: 'notice', message: `Alarm ${name} is ${state}${value === undefined ? '' : ` at ${value.toFixed(1)}`}` });
    this.#state = state;
    if (state === 'ALARM' && value !== undefined)
      for (const action of actions) this.#account.directory.find('scalingAction', action)?.breached(value, rule.threshold);
    this.#later();
  }
}
