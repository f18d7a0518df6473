import { nextCronTime, tryCron, type CronExpression } from './cron-expression.ts';
import { momentOf } from './local-time.ts';

/** When a scheduled action happens: once, every so often, or by the calendar. */
export type ScheduleExpression =
  | { readonly kind: 'at'; readonly year: number; readonly month: number; readonly day: number; readonly seconds: number }
  | { readonly kind: 'rate'; readonly everyMs: number }
  | { readonly kind: 'cron'; readonly cron: CronExpression };

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** `at(2026-11-25T18:00:00)`, `rate(5 minutes)`, `cron(0 8 ? * MON-FRI *)`; undefined for anything else. */
export function trySchedule(text: string): ScheduleExpression | undefined {
  const at = /^at\((\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\)$/.exec(text)?.slice(1).map(Number);
  if (at !== undefined) {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = at;
    const valid = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 60;
    return valid ? { kind: 'at', year, month, day, seconds: (hour * 60 + minute) * 60 + second } : undefined;
  }
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(text) ?? [];
  if (unit !== undefined)
    return Number(count) > 0 ? { kind: 'rate', everyMs: Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS] } : undefined;
  const cron = tryCron(/^cron\((.*)\)$/.exec(text)?.[1] ?? '');
  return cron === undefined ? undefined : { kind: 'cron', cron };
}

/** The first time after `after`; a rate counts from `since`. Undefined when there is none any more. */
export function nextTime(schedule: ScheduleExpression, after: number, since: number, timeZone: string): number | undefined {
  switch (schedule.kind) {
    case 'at': {
      const minute = momentOf(schedule, Math.floor(schedule.seconds / 3600), Math.floor((schedule.seconds % 3600) / 60), timeZone);
      const at = minute + (schedule.seconds % 60) * 1000;
      return at > after ? at : undefined;
    }
    case 'rate':
      return since + (Math.floor((after - since) / schedule.everyMs) + 1) * schedule.everyMs;
    case 'cron':
      return nextCronTime(schedule.cron, after, timeZone);
  }
}
