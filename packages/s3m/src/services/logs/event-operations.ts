import { flag, inert, integer, list, required, structure, text } from '../input-shape.ts';
import { operation, type JsonOperation } from '../json-service.ts';
import type { NumberedEvent } from '../log-groups.ts';
import { ServiceError } from '../service-error.ts';
import { compileFilterPattern } from './filter-pattern.ts';
import { groupIdentifier, groupName, invalidToken, nameOf, streamName, type LogsApi } from './logs-api.ts';

const hour = 3_600_000;
const day = 24 * hour;
const maxBatchBytes = 1_048_576;
/** What each event costs beside its message. */
const eventBytes = 26;
const maxPageBytes = 1_048_576;
const time = integer({ min: 0 });
const limit = integer({ min: 1, max: 10_000 });

/** Operations on log events. Source: CloudWatch Logs API Reference. */
export const eventOperations: Readonly<Record<string, JsonOperation<LogsApi>>> = {
  PutLogEvents: operation(
    {
      logGroupName: required(groupName),
      logStreamName: required(streamName),
      logEvents: required(
        list(structure({ timestamp: required(integer({ min: 0 })), message: required(text({ min: 1 })) }), { min: 1, max: 10_000 }),
      ),
      sequenceToken: inert('AWS looks at it no more'),
      entity: inert('nobody asks for it'),
    },
    (api: LogsApi, input, call) => {
      const { group, stream } = api.useStream(call, input.logGroupName, input.logStreamName);
      const now = api.account.clock.now();
      const { logEvents: events } = input;
      checkBatch(events);
      const rejected = rejectedOf(events, now, group.retentionInDays);
      for (const { timestamp, message } of events.slice(rejected.start, rejected.end))
        group.put({ timestamp, message, stream: stream.name, ingestedAt: now });
      return {
        nextSequenceToken: String(group.nextNumber).padStart(56, '0'),
        ...(rejected.info === undefined ? {} : { rejectedLogEventsInfo: rejected.info }),
      };
    },
  ),
  GetLogEvents: operation(
    {
      logGroupName: groupName,
      logGroupIdentifier: groupIdentifier,
      logStreamName: required(streamName),
      startTime: time,
      endTime: time,
      nextToken: text({ min: 1 }),
      limit,
      startFromHead: flag(),
      unmask: inert('nothing is masked'),
    },
    (api: LogsApi, input, call) => {
      const { group, stream } = api.useStream(call, nameOf(input), input.logStreamName);
      const { startTime = 0, endTime = Number.POSITIVE_INFINITY, nextToken: token, limit: most = 10_000 } = input;
      const all = [...group.events(api.account.clock.now())].filter(
        (event) => event.stream === stream.name && event.timestamp >= startTime && event.timestamp < endTime,
      );
      const from = token === undefined ? undefined : readPosition(token);
      const page = choosePage(all, from, input.startFromHead === true, most);
      const events = page.toSorted((one, other) => one.timestamp - other.timestamp);
      const before = from?.number ?? group.nextNumber;
      return {
        events: events.map(({ timestamp, message, ingestedAt = timestamp }) => ({ timestamp, message, ingestionTime: ingestedAt })),
        // At the end it is the token that was given.
        nextForwardToken: writePosition('f', (page.at(-1)?.number ?? before - 1) + 1),
        nextBackwardToken: writePosition('b', page[0]?.number ?? before),
      };
    },
  ),
  FilterLogEvents: operation(
    {
      logGroupName: groupName,
      logGroupIdentifier: groupIdentifier,
      logStreamNames: list(streamName, { min: 1, max: 100 }),
      logStreamNamePrefix: streamName,
      startTime: time,
      endTime: time,
      filterPattern: text({ max: 1024 }),
      nextToken: text({ min: 1 }),
      limit,
      interleaved: inert('always so'),
      unmask: inert('nothing is masked'),
    },
    (api: LogsApi, input, call) => {
      const name = nameOf(input);
      const { logStreamNames: names, logStreamNamePrefix: prefix = '', startTime = 0, endTime = Number.POSITIVE_INFINITY } = input;
      const group = api.use(call, name);
      if (names !== undefined && prefix !== '')
        throw new ServiceError('InvalidParameterException', 'LogStreamNames and LogStreamNamePrefix are mutually exclusive parameters.');
      for (const each of names ?? []) api.useStream(call, name, each);
      const test = compileFilterPattern(input.filterPattern ?? '');
      const found = [...group.events(api.account.clock.now())]
        .filter(({ timestamp, stream, message }) => {
          if (timestamp < startTime || timestamp > endTime) return false;
          return (names === undefined ? stream.startsWith(prefix) : names.includes(stream)) && test(message);
        })
        .sort((one, other) => one.timestamp - other.timestamp || one.number - other.number);
      return filterPage(found, input.nextToken, input.limit ?? 10_000);
    },
  ),
};

interface GivenEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** @throws ServiceError for a batch that AWS refuses as a whole */
function checkBatch(events: readonly GivenEvent[]): void {
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + eventBytes, 0);
  if (bytes > maxBatchBytes)
    throw new ServiceError('InvalidParameterException', `Upload too large: ${bytes} bytes exceeds limit of ${maxBatchBytes}`);
  if (events.some(({ timestamp }, index) => index > 0 && timestamp < events[index - 1]!.timestamp))
    throw new ServiceError('InvalidParameterException', 'Log events in a single PutLogEvents request must be in chronological order.');
  if (events.at(-1)!.timestamp - events[0]!.timestamp > day) {
    throw new ServiceError(
      'InvalidParameterException',
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    );
  }
}

/** Which events are taken, and what is told of the others. */
function rejectedOf(
  events: readonly GivenEvent[],
  now: number,
  retentionInDays: number | undefined,
): { readonly start: number; readonly end: number; readonly info?: object } {
  const tooNew = events.findIndex(({ timestamp }) => timestamp > now + 2 * hour);
  const tooOld = events.findLastIndex(({ timestamp }) => timestamp < now - 14 * day) + 1;
  const expired = retentionInDays === undefined ? 0 : events.findLastIndex(({ timestamp }) => timestamp < now - retentionInDays * day) + 1;
  const info = {
    ...(tooNew === -1 ? {} : { tooNewLogEventStartIndex: tooNew }),
    ...(tooOld === 0 ? {} : { tooOldLogEventEndIndex: tooOld }),
    ...(expired === 0 ? {} : { expiredLogEventEndIndex: expired }),
  };
  return {
    start: Math.max(tooOld, expired),
    end: tooNew === -1 ? events.length : tooNew,
    ...(Object.keys(info).length === 0 ? {} : { info }),
  };
}

interface Position {
  readonly direction: 'f' | 'b';
  readonly number: number;
}

/** Forward from an event on, or backward up to it; without a position the newest, or the oldest if so asked. */
function choosePage(all: readonly NumberedEvent[], from: Position | undefined, fromHead: boolean, most: number): readonly NumberedEvent[] {
  if (from === undefined) return fromHead ? all.slice(0, most) : all.slice(-most);
  if (from.direction === 'f') return all.filter(({ number }) => number >= from.number).slice(0, most);
  return all.filter(({ number }) => number < from.number).slice(-most);
}

function writePosition(direction: Position['direction'], number: number): string {
  return `${direction}/${String(number).padStart(56, '0')}`;
}

/** @throws ServiceError */
function readPosition(token: string): Position {
  const [, direction, number] = /^([fb])\/(\d{56})$/.exec(token) ?? [];
  if (number === undefined) throw invalidToken();
  return { direction: direction as Position['direction'], number: Number(number) };
}

/** A page ends at `most` events or 1 MB. The token names the last event, as more may come before the next page is asked for. */
function filterPage(found: readonly NumberedEvent[], token: string | undefined, most: number): object {
  const after = token === undefined ? undefined : readAfter(token);
  const rest =
    after === undefined
      ? found
      : found.filter(({ timestamp, number }) => timestamp > after.timestamp || (timestamp === after.timestamp && number > after.number));
  const events: NumberedEvent[] = [];
  let bytes = 0;
  for (const event of rest) {
    bytes += event.message.length;
    if (events.length === most || (bytes > maxPageBytes && events.length > 0)) break;
    events.push(event);
  }
  const last = events.at(-1);
  return {
    events: events.map(({ stream, timestamp, message, ingestedAt = timestamp, number }) => ({
      logStreamName: stream,
      timestamp,
      message,
      ingestionTime: ingestedAt,
      eventId: String(number).padStart(56, '0'),
    })),
    searchedLogStreams: [],
    ...(events.length < rest.length && last !== undefined
      ? { nextToken: Buffer.from(`${last.timestamp} ${last.number}`).toString('base64') }
      : {}),
  };
}

/** @throws ServiceError */
function readAfter(token: string): { readonly timestamp: number; readonly number: number } {
  const [, timestamp, number] = /^(\d{1,15}) (\d{1,15})$/.exec(Buffer.from(token, 'base64').toString()) ?? [];
  if (number === undefined) throw invalidToken();
  return { timestamp: Number(timestamp), number: Number(number) };
}
