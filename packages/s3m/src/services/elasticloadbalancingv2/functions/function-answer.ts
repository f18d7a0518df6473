import { isToken } from '../../../http/byte-classes.ts';
import { serverName } from '../application/own-answers.ts';
import type { FunctionAnswer } from './function-group.ts';

/** An answer of another form. `message` says what is wrong with it. */
export class MalformedFunctionAnswer extends Error {}

/** What a function may not say: it is of one connection only, or the balancer's own. */
const dropped = new Set(['connection', 'content-length', 'keep-alive', 'server', 'transfer-encoding', 'upgrade']);

/**
 * Reads what a function answered an Application Load Balancer, JSON text (its user guide, "Respond to the load balancer"): `headers`, or `multiValueHeaders`
 * where the group has them enabled. @throws MalformedFunctionAnswer
 */
export function parseFunctionAnswer(payload: string, multiValue: boolean): FunctionAnswer {
  const { statusCode, statusDescription, headers, multiValueHeaders, body, isBase64Encoded } = parseObject(payload);
  const status = Number(statusCode);
  const valid =
    (typeof statusCode === 'number' || typeof statusCode === 'string') && Number.isInteger(status) && status >= 200 && status <= 599;
  if (!valid) throw new MalformedFunctionAnswer(`its statusCode is ${JSON.stringify(statusCode)}. Allowed: 200 to 599`);
  if (body !== undefined && body !== null && typeof body !== 'string')
    throw new MalformedFunctionAnswer('its body is not a string. JSON goes through JSON.stringify');
  const lines = multiValue ? listLines(multiValueHeaders) : singleLines(headers);
  const hasType = lines.some((text, index) => index % 2 === 0 && text.toLowerCase() === 'content-type');
  const reason = typeof statusDescription === 'string' ? /^(?:\d{3} )?([\x20-\x7e]+)$/.exec(statusDescription)?.[1] : undefined;
  return {
    status,
    ...(reason === undefined ? {} : { reason }),
    headers: ['Server', serverName, ...(hasType ? [] : ['Content-Type', 'application/octet-stream']), ...lines],
    body: isBase64Encoded === true ? Buffer.from(body ?? '', 'base64') : (body ?? ''),
  };
}

function parseObject(payload: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    throw new MalformedFunctionAnswer('it is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MalformedFunctionAnswer('it is no object');
  return value as Readonly<Record<string, unknown>>;
}

function singleLines(headers: unknown): string[] {
  return entriesOf(headers, 'headers').flatMap(([name, value]) => lineOf(name, value));
}

function listLines(headers: unknown): string[] {
  return entriesOf(headers, 'multiValueHeaders').flatMap(([name, values]) => {
    if (!Array.isArray(values)) throw new MalformedFunctionAnswer(`its multiValueHeaders have "${name}" not as a list`);
    return values.flatMap((value: unknown) => lineOf(name, value));
  });
}

function entriesOf(value: unknown, what: string): [string, unknown][] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object' || Array.isArray(value)) throw new MalformedFunctionAnswer(`its ${what} are no object`);
  return Object.entries(value);
}

function lineOf(name: string, value: unknown): readonly string[] {
  if (!isToken(name)) throw new MalformedFunctionAnswer(`${JSON.stringify(name)} is no name of a header`);
  if (typeof value !== 'string' || !/^[\t\x20-\x7e\u0080-\u00ff]*$/.test(value))
    throw new MalformedFunctionAnswer(`its header "${name}" is ${JSON.stringify(value)}, not a text of one line`);
  return dropped.has(name.toLowerCase()) ? [] : [name, value];
}
