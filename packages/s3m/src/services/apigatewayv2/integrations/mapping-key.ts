import { ExpressionProblem } from '../request/selection-expression.ts';

/** What a mapping does (AG-585). */
export type Operation = 'append' | 'overwrite' | 'remove';

export interface MappingKey {
  readonly operation: Operation;
  readonly place: 'header' | 'querystring' | 'path' | 'statuscode';
  /** Empty for path and status code. */
  readonly name: string;
}

/** Headers that no mapping may touch (AG-586). */
const reserved: readonly RegExp[] = [
  /^(?:access-control-|apigw-|x-amz-|x-amzn-)/,
  /^(?:authorization|connection|content-encoding|content-length|content-location|forwarded|keep-alive|origin|proxy-authenticate)$/,
  /^(?:proxy-authorization|te|trailers|transfer-encoding|upgrade|x-forwarded-for|x-forwarded-host|x-forwarded-proto|via)$/,
];

const patterns = {
  request: /^(append|overwrite|remove):(header|querystring)\.(.+)$/,
  response: /^(append|overwrite|remove):(header)\.(.+)$/,
} as const;

const whole = { request: 'path', response: 'statuscode' } as const;

/** `append:header.x`, `overwrite:path` ... @throws ExpressionProblem AG-585, AG-586 */
export function parseMappingKey(key: string, phase: 'request' | 'response'): MappingKey {
  if (key === `overwrite:${whole[phase]}`) return { operation: 'overwrite', place: whole[phase], name: '' };
  const [, operation, place, name] = patterns[phase].exec(key) ?? [];
  const isHeader = place === 'header';
  if (name === undefined || (isHeader && !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name))) {
    throw new ExpressionProblem(`Invalid mapping expression specified: ${key}`);
  }
  if (isHeader && reserved.some((pattern) => pattern.test(name.toLowerCase()))) {
    throw new ExpressionProblem(`Operations on header ${name.toLowerCase()} are restricted`);
  }
  return { operation: operation as Operation, place: place as 'header' | 'querystring', name };
}
