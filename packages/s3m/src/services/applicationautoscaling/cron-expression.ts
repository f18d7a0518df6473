import { dayAt, momentOf, type CalendarDay } from './local-time.ts';

/** `cron(Minutes Hours Day-of-month Month Day-of-week Year)` as AWS writes it. */
export interface CronExpression {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  readonly isDay: (day: CalendarDay) => boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;
/** After so many days without one, there is no next time: leap days and weekdays together repeat within 28 years. */
const LONGEST_SEARCH_DAYS = 29 * 366;

/** Undefined for what is none. */
export function tryCron(text: string): CronExpression | undefined {
  const fields = text.trim().toUpperCase().split(/\s+/);
  if (fields.length !== 6) return undefined;
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields as [string, string, string, string, string, string];
  // One of the two days must be a question mark.
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) return undefined;
  const minutes = tryValues(minute, 0, 59);
  const hours = tryValues(hour, 0, 23);
  const months = tryValues(month, 1, 12, MONTHS);
  const years = tryValues(year, FIRST_YEAR, LAST_YEAR);
  const isDay = dayOfMonth === '?' ? tryDayOfWeek(dayOfWeek) : tryDayOfMonth(dayOfMonth);
  if (minutes === undefined || hours === undefined || months === undefined || years === undefined || isDay === undefined) return undefined;
  return { minutes, hours, months, years, isDay };
}

/** The first time after `after`, in milliseconds since the epoch; undefined when there is none. */
export function nextCronTime(cron: CronExpression, after: number, timeZone: string): number | undefined {
  const start = dayAt(after, timeZone);
  const times = sorted(cron.hours).flatMap((hour) => sorted(cron.minutes).map((minute) => [hour, minute] as const));
  for (let days = 0; days < LONGEST_SEARCH_DAYS; days++) {
    const date = new Date(Date.UTC(start.year, start.month - 1, start.day + days));
    const day = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
    if (!cron.years.has(day.year) || !cron.months.has(day.month) || !cron.isDay(day)) continue;
    for (const [hour, minute] of times) {
      const at = momentOf(day, hour, minute, timeZone);
      if (at > after) return at;
    }
  }
  return undefined;
}

/** `*`, `1,5`, `1-5`, `0/15`, with names where the field has them. */
function tryValues(field: string, least: number, most: number, names: readonly string[] = []): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const [from, to] = range === '*' ? [least, most] : range.split('-').map((text) => valueOf(text, least, names));
    if (from === undefined || Number.isNaN(from) || Number.isNaN(to ?? 0)) return undefined;
    const last = to ?? (step === undefined ? from : most);
    const by = step === undefined ? 1 : Number(step);
    if (from < least || last > most || from > last || by < 1) return undefined;
    for (let value = from; value <= last; value += by) values.add(value);
  }
  return values;
}

function valueOf(text: string, least: number, names: readonly string[]): number {
  const named = names.indexOf(text);
  if (named >= 0) return named + least;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** `L` the last, `LW` the last weekday, `15W` the weekday nearest to the 15th. */
function tryDayOfMonth(field: string): CronExpression['isDay'] | undefined {
  if (field === 'L') return (day) => day.day === lastDayOf(day);
  const wanted = /^(\d{1,2}|L)W$/.exec(field)?.[1];
  if (wanted !== undefined) return (day) => day.day === nearestWeekday(day, wanted === 'L' ? lastDayOf(day) : Number(wanted));
  const values = tryValues(field, 1, 31);
  return values === undefined ? undefined : ({ day }) => values.has(day);
}

/** 1 is Sunday. `6L` or `FRIL` the last Friday, `6#2` the second. */
function tryDayOfWeek(field: string): CronExpression['isDay'] | undefined {
  const [, name = '', nth] = /^(\w{3}|\d)(L|#[1-5])$/.exec(field) ?? [];
  if (nth !== undefined) {
    const weekday = valueOf(name, 1, DAYS);
    if (!(weekday >= 1 && weekday <= 7)) return undefined;
    const isNth = (day: CalendarDay): boolean =>
      nth === 'L' ? day.day + 7 > lastDayOf(day) : Math.ceil(day.day / 7) === Number(nth.slice(1));
    return (day) => weekdayOf(day) === weekday && isNth(day);
  }
  if (field === 'L') return (day) => weekdayOf(day) === 7;
  const values = tryValues(field, 1, 7, DAYS);
  return values === undefined ? undefined : (day) => values.has(weekdayOf(day));
}

function weekdayOf({ year, month, day }: CalendarDay): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function lastDayOf({ year, month }: CalendarDay): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** In the same month. */
function nearestWeekday(of: CalendarDay, wanted: number): number {
  const last = lastDayOf(of);
  const day = Math.min(wanted, last);
  const weekday = weekdayOf({ ...of, day });
  if (weekday === 7) return day === 1 ? 3 : day - 1;
  if (weekday === 1) return day === last ? day - 2 : day + 1;
  return day;
}

function sorted(values: ReadonlySet<number>): readonly number[] {
  return [...values].toSorted((one, other) => one - other);
}
