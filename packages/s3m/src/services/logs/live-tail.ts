import { randomUUID } from 'node:crypto';
import type { LogEvent } from '../../capabilities/log-group.ts';
import { EventStreamAnswer, type EventStream } from '../event-stream.ts';
import { list, required, text } from '../input-shape.ts';
import { operation, type JsonOperation } from '../json-service.ts';
import { ServiceError } from '../service-error.ts';
import { compileFilterPattern } from './filter-pattern.ts';
import { groupIdentifier, nameOfArn, streamName, type LogsApi } from './logs-api.ts';

const updateMs = 1000;
const longestMs = 3 * 3_600_000;
/** Events that an update shows; of more it shows a sample. */
const maxEvents = 500;
/** Sessions of an account at one time. */
const maxSessions = 15;

interface LiveEvent {
  readonly logStreamName: string;
  readonly logGroupIdentifier: string;
  readonly message: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
}

const running = new WeakMap<LogsApi, number>();

/** A session that sends, each second, what came in since the last one (CloudWatch Logs API Reference, StartLiveTail). */
export const startLiveTail: JsonOperation<LogsApi> = operation(
  {
    logGroupIdentifiers: required(list(groupIdentifier, { min: 1, max: 10 })),
    logStreamNames: list(streamName, { min: 1, max: 10 }),
    logStreamNamePrefixes: list(streamName, { min: 1, max: 10 }),
    logEventFilterPattern: text({ max: 1024 }),
  },
  (api: LogsApi, input, call) => {
    const { logGroupIdentifiers: identifiers, logStreamNames: names, logStreamNamePrefixes: prefixes } = input;
    const noArn = identifiers.find((identifier) => !/^arn:[^:]+:logs:[^:]+:\d{12}:log-group:[^:*]+$/.test(identifier));
    if (noArn !== undefined) throw invalid(`LogGroup identifiers must be ARNs of log groups without :* at the end: ${noArn}`);
    if (names !== undefined && prefixes !== undefined)
      throw invalid('LogStreamNames and LogStreamNamePrefixes are mutually exclusive parameters.');
    if (identifiers.length > 1 && (names ?? prefixes) !== undefined)
      throw invalid('LogStreamNames and LogStreamNamePrefixes can be given for a single log group only.');
    const fits = compileFilterPattern(input.logEventFilterPattern ?? '');
    const groups = identifiers.map((identifier) => ({ identifier, group: api.use(call, nameOfArn(identifier)) }));
    if ((running.get(api) ?? 0) >= maxSessions) throw new ServiceError('LimitExceededException', 'Too many live tail sessions are open.');
    const wanted = ({ stream, message }: LogEvent): boolean =>
      (names?.includes(stream) ?? true) && (prefixes?.some((prefix) => stream.startsWith(prefix)) ?? true) && fits(message);
    return new EventStreamAnswer((stream) => {
      stream.event('sessionStart', {
        requestId: call.requestId,
        sessionId: randomUUID(),
        logGroupIdentifiers: identifiers,
        logStreamNames: names ?? [],
        logStreamNamePrefixes: prefixes ?? [],
        logEventFilterPattern: input.logEventFilterPattern ?? '',
      });
      const session = new TailSession(api, stream);
      for (const { identifier, group } of groups)
        session.add(
          group.follow((event) => {
            if (wanted(event)) session.take(identifier, event);
          }),
        );
    });
  },
);

class TailSession {
  readonly #api: LogsApi;
  readonly #stream: EventStream;
  readonly #startedAt: number;
  readonly #ends: (() => void)[] = [];
  #events: LiveEvent[] = [];
  #count = 0;

  constructor(api: LogsApi, stream: EventStream) {
    this.#api = api;
    this.#stream = stream;
    this.#startedAt = api.account.clock.monotonic();
    running.set(api, (running.get(api) ?? 0) + 1);
    this.#ends.push(() => void running.set(api, (running.get(api) ?? 1) - 1));
    stream.onClose(() => this.#end());
    this.#await();
  }

  add(end: () => void): void {
    this.#ends.push(end);
  }

  take(logGroupIdentifier: string, { stream, timestamp, message, ingestedAt }: LogEvent): void {
    this.#count++;
    const now = this.#api.account.clock.now();
    const event = { logStreamName: stream, logGroupIdentifier, message, timestamp, ingestionTime: ingestedAt ?? now };
    if (this.#events.length < maxEvents) this.#events.push(event);
    else {
      // Each of them is shown as likely as any other.
      const place = Math.floor(this.#api.account.random() * this.#count);
      if (place < maxEvents) this.#events[place] = event;
    }
  }

  #await(): void {
    const timer = this.#api.account.clock.after(updateMs, () => {
      this.#ends.splice(this.#ends.indexOf(cancel), 1);
      this.#update();
    });
    const cancel = (): void => timer.cancel();
    this.#ends.push(cancel);
  }

  #update(): void {
    if (this.#api.account.clock.monotonic() - this.#startedAt >= longestMs) {
      this.#stream.exception('SessionTimeoutException', { message: 'Session has timed out.' });
      return;
    }
    this.#stream.event('sessionUpdate', {
      sessionMetadata: { sampled: this.#count > maxEvents },
      sessionResults: this.#events.toSorted((one, other) => one.timestamp - other.timestamp),
    });
    this.#events = [];
    this.#count = 0;
    this.#await();
  }

  #end(): void {
    for (const end of this.#ends.splice(0)) end();
  }
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}
