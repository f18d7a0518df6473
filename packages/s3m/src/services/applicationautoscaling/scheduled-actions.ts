import type { Clock, Timer } from '../../clock/clock.ts';
import { isObject, isUnresolved, listOf, textOf } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties } from '../resource-type.ts';
import type { Capacity } from './live-scalable-target.ts';
import { isTimeZone } from './local-time.ts';
import { nextTime, trySchedule, type ScheduleExpression } from './schedule-expression.ts';

/** Other bounds for a scalable target at certain times. */
export interface ScheduledAction {
  readonly name: string;
  readonly schedule: ScheduleExpression;
  readonly timeZone: string;
  /** Milliseconds since the epoch. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly capacity: Partial<Capacity>;
}

/** A timer may not be longer than 24 days; and a machine that slept is looked at again. */
const LONGEST_WAIT_MS = 3_600_000;

/** What AWS would refuse. */
export function checkScheduledActions(properties: Properties): Finding[] {
  return listOf(properties['ScheduledActions']).flatMap((action, index) => {
    const at = `ScheduledActions[${index}]`;
    const findings: Finding[] = [];
    const schedule = textOf(action['Schedule']);
    if (schedule !== undefined && !isUnresolved(schedule) && trySchedule(schedule) === undefined) {
      findings.push({
        property: `${at}.Schedule`,
        kind: 'invalid',
        message: `The schedule is ${JSON.stringify(schedule)}, it must be at(yyyy-mm-ddThh:mm:ss), rate(N minutes|hours|days) or cron(Minutes Hours Day-of-month Month Day-of-week Year)`,
      });
    }
    const zone = textOf(action['Timezone']);
    if (zone !== undefined && !isUnresolved(zone) && !isTimeZone(zone))
      findings.push({ property: `${at}.Timezone`, kind: 'invalid', message: `There is no time zone ${JSON.stringify(zone)}` });
    const target = action['ScalableTargetAction'];
    if (!isObject(target) || (target['MinCapacity'] === undefined && target['MaxCapacity'] === undefined)) {
      findings.push({
        property: `${at}.ScalableTargetAction`,
        kind: 'invalid',
        message: 'A scheduled action sets MinCapacity, MaxCapacity or both',
      });
    }
    return findings;
  });
}

export function readScheduledActions(properties: Properties): readonly ScheduledAction[] {
  return new PropertyReader(properties).objects('ScheduledActions').map((action) => {
    const target = action.object('ScalableTargetAction');
    const [minimum, maximum] = [target?.optionalInteger('MinCapacity'), target?.optionalInteger('MaxCapacity')];
    return {
      name: action.string('ScheduledActionName'),
      schedule: trySchedule(action.string('Schedule'))!,
      timeZone: action.optionalString('Timezone') ?? 'UTC',
      start: momentIn(action.optionalString('StartTime')),
      end: momentIn(action.optionalString('EndTime')),
      capacity: { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) },
    };
  });
}

/** Waits for each action's times, on a clock that tells the time of day. Answers what ends it. */
export function follow(actions: readonly ScheduledAction[], clock: Clock, act: (action: ScheduledAction) => void): () => void {
  const timers = new Map<ScheduledAction, Timer>();
  const since = clock.now();
  const wait = (action: ScheduledAction, after: number): void => {
    const at = nextTime(action.schedule, after, Math.max(since, action.start ?? since), action.timeZone);
    if (at === undefined || (action.end !== undefined && at > action.end)) return void timers.delete(action);
    const look = (): void => {
      const left = at - clock.now();
      if (left > 0) return void timers.set(action, clock.after(Math.min(left, LONGEST_WAIT_MS), look));
      act(action);
      wait(action, at);
    };
    look();
  };
  for (const action of actions) wait(action, Math.max(since, (action.start ?? since) - 1));
  return () => timers.forEach((timer) => timer.cancel());
}

function momentIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
