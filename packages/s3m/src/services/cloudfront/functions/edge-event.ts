import type { ViewerRequest } from '../distribution/viewer-request.ts';

/** A header, parameter or cookie as functions see it. */
export interface EventValue {
  readonly value: string;
  readonly multiValue?: readonly { readonly value: string; readonly attributes?: string }[];
  readonly attributes?: string;
}
export type EventValues = Readonly<Record<string, EventValue>>;

export interface EventRequest {
  readonly method: string;
  readonly uri: string;
  readonly querystring: EventValues;
  readonly headers: EventValues;
  readonly cookies: EventValues;
}

export interface EventResponse {
  readonly statusCode: number;
  readonly statusDescription?: string;
  readonly headers: EventValues;
  readonly cookies: EventValues;
  readonly body?: string | { readonly encoding?: string; readonly data: string };
}

/** What a function is given (S3W-052). */
export interface EdgeEvent {
  readonly version: '1.0';
  readonly context: {
    readonly distributionDomainName: string;
    readonly distributionId: string;
    readonly eventType: 'viewer-request' | 'viewer-response';
    readonly requestId: string;
  };
  readonly viewer: { readonly ip: string };
  readonly request: EventRequest;
  readonly response?: EventResponse;
}

/** As it came: names and values of parameters are not decoded. */
export function toEventRequest({ method, path, query, headers }: ViewerRequest): EventRequest {
  const cookies = headers.filter(([name]) => name === 'cookie').flatMap(([, value]) => value.split(/;\s*/).filter((pair) => pair !== ''));
  return {
    method,
    uri: path,
    querystring: toValues(query === undefined || query === '' ? [] : query.split('&').map(splitPair)),
    headers: toValues(headers.filter(([name]) => name !== 'cookie')),
    cookies: toValues(cookies.map(splitPair)),
  };
}

/** What goes on of a request that a function has given back; its method stays (S3W-053). */
export function fromEventRequest(request: ViewerRequest, changed: EventRequest): ViewerRequest {
  const pairs = fromValues(changed.querystring).map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const cookies = fromValues(changed.cookies).map(([name, value]) => `${name}=${value}`);
  const { query: _, ...rest } = request;
  return {
    ...rest,
    path: changed.uri,
    query: pairs.length === 0 ? undefined : pairs.join('&'),
    headers: [
      ...fromValues(changed.headers).map(([name, value]) => [name.toLowerCase(), value] as const),
      ...(cookies.length === 0 ? [] : [['cookie', cookies.join('; ')] as const]),
    ],
  };
}

export function toEventResponse(status: number, headers: readonly (readonly [name: string, value: string])[]): EventResponse {
  const cookies: Record<string, EventValue> = {};
  for (const [, text] of headers.filter(([name]) => name.toLowerCase() === 'set-cookie')) {
    const [, name = '', value = '', attributes = ''] = /^([^=;]*)=?([^;]*)(?:;\s*(.*))?$/s.exec(text) ?? [];
    const own = { value, ...(attributes === '' ? {} : { attributes }) };
    const before = cookies[name];
    cookies[name] = before === undefined ? own : { ...before, multiValue: [...(before.multiValue ?? [{ ...before }]), own] };
  }
  return {
    statusCode: status,
    headers: toValues(headers.filter(([name]) => name.toLowerCase() !== 'set-cookie').map(([name, value]) => [name.toLowerCase(), value])),
    cookies,
  };
}

export function fromEventResponse({ headers, cookies }: EventResponse): readonly (readonly [name: string, value: string])[] {
  const all = Object.entries(cookies).flatMap(([name, own]) =>
    (own.multiValue ?? [own]).map(
      ({ value, attributes }) => ['set-cookie', `${name}=${value}${attributes === undefined ? '' : `; ${attributes}`}`] as const,
    ),
  );
  return [...fromValues(headers), ...all];
}

function splitPair(pair: string): readonly [name: string, value: string] {
  const equals = pair.indexOf('=');
  return equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
}

function toValues(pairs: readonly (readonly [name: string, value: string])[]): EventValues {
  const values = new Map<string, EventValue>();
  for (const [name, value] of pairs) {
    const before = values.get(name);
    values.set(
      name,
      before === undefined ? { value } : { ...before, multiValue: [...(before.multiValue ?? [{ value: before.value }]), { value }] },
    );
  }
  return Object.fromEntries(values);
}

function fromValues(values: EventValues): readonly (readonly [name: string, value: string])[] {
  return Object.entries(values).flatMap(([name, { value, multiValue }]) =>
    (multiValue ?? [{ value }]).map((own) => [name, own.value] as const),
  );
}
