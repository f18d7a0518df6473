import { isFieldValue, isTarget, isToken } from '../../../http/byte-classes.ts';
import type { RestCall } from '../../rest-json-service.ts';
import { ServiceError } from '../../service-error.ts';
import { hasValidEscapes } from '../request-target.ts';

/** What a test call says of the request that is to be simulated. */
export interface SimulatedCall {
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** Path and query; empty for those of the resource. */
  readonly target: string;
  readonly body: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly clientCertificateId: string | undefined;
  readonly additionalContext: Readonly<Record<string, string>>;
}

/** Reads it. What no reader of HTTP would let in isn't let in here either. @throws ServiceError */
export function parseSimulatedCall({ body }: Pick<RestCall, 'body'>): SimulatedCall {
  const input = parseObject(body);
  const target = readText(input, 'pathWithQueryString') ?? '';
  const absolute = target === '' || target.startsWith('/') ? target : `/${target}`;
  if ((absolute !== '' && !isTarget(absolute)) || absolute.includes('\\') || !hasValidEscapes(absolute))
    throw new ServiceError('BadRequestException', `Invalid path with query string specified: ${JSON.stringify(target)}`);
  return {
    headers: readHeaders(input),
    target: absolute,
    body: readText(input, 'body') ?? '',
    stageVariables: readTexts(input, 'stageVariables'),
    clientCertificateId: readText(input, 'clientCertificateId'),
    additionalContext: readTexts(input, 'additionalContext'),
  };
}

type Input = Readonly<Record<string, unknown>>;

function parseObject(body: Buffer): Input {
  if (body.length === 0) return {};
  try {
    const input: unknown = JSON.parse(body.toString());
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Input;
  } catch {
    // Said below.
  }
  throw new ServiceError('SerializationException', 'The body of the call is no JSON object');
}

/** Those of `multiValueHeaders` count for the names that both have. */
function readHeaders(input: Input): string[] {
  const lines: string[] = [];
  const lists = readMap(input, 'multiValueHeaders');
  for (const [name, values] of Object.entries(lists)) {
    if (!Array.isArray(values)) throw wrongType('multiValueHeaders');
    for (const value of values) lines.push(name, checkText(value, 'multiValueHeaders'));
  }
  const listed = new Set(Object.keys(lists).map((name) => name.toLowerCase()));
  for (const [name, value] of Object.entries(readTexts(input, 'headers'))) if (!listed.has(name.toLowerCase())) lines.push(name, value);
  for (let index = 0; index < lines.length; index += 2) {
    if (!isToken(lines[index]!) || !isFieldValue(lines[index + 1]!))
      throw new ServiceError('BadRequestException', `Invalid header specified: ${JSON.stringify(lines[index])}`);
  }
  return lines.map((text) => text.trim());
}

function readText(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  return value === undefined ? undefined : checkText(value, name);
}

function readTexts(input: Input, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(readMap(input, name)).map(([key, value]) => [key, checkText(value, name)]));
}

function readMap(input: Input, name: string): Input {
  const value = input[name] ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(name);
  return value as Input;
}

function checkText(value: unknown, name: string): string {
  if (typeof value !== 'string') throw wrongType(name);
  return value;
}

function wrongType(name: string): ServiceError {
  return new ServiceError('SerializationException', `${name} has a value of another type than the service's model says`);
}
