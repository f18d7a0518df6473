import { parseInvocationUri } from '../../../gateway/function-target.ts';
import { hasStageVariables } from '../../../gateway/stage-variables.ts';
import { isUnresolved } from '../../known-value.ts';
import type { PropertyReader } from '../../property-reader.ts';
import type { Finding, Properties, Value } from '../../resource-type.ts';
import { invalid } from '../finding.ts';

/** What TOKEN and REQUEST authorizers have in common. */
export interface LambdaSettings {
  /** `arn:...:functions/FUNCTION_ARN/invocations`, stage variables unresolved (AG-122). */
  readonly uri: string;
  /** ARN of the role that invokes the function; without it the function's own permission counts (AG-120). */
  readonly credentials?: string;
  /** 0 disables the cache (AG-108). */
  readonly ttlSeconds: number;
}

export function parseLambdaSettings(reader: PropertyReader): LambdaSettings {
  const credentials = reader.optionalString('AuthorizerCredentials');
  return {
    uri: reader.string('AuthorizerUri'),
    ...(credentials === undefined ? {} : { credentials }),
    ttlSeconds: reader.integer('AuthorizerResultTtlInSeconds', 300), // AG-108
  };
}

export function checkLambdaSettings(properties: Properties): readonly Finding[] {
  return [...checkUri(properties['AuthorizerUri']), ...checkTtl(properties['AuthorizerResultTtlInSeconds'])];
}

function checkUri(uri: Value | undefined): Finding[] {
  const usable =
    uri !== undefined && (typeof uri !== 'string' || isUnresolved(uri) || hasStageVariables(uri) || parseInvocationUri(uri) !== undefined);
  if (usable) return [];
  return [
    invalid(
      'AuthorizerUri',
      `Invalid Authorizer URI: ${typeof uri === 'string' ? uri : 'null'}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
    ),
  ];
}

/** AG-108 */
export function checkTtl(ttl: Value | undefined): Finding[] {
  if (ttl === undefined || isUnresolved(ttl) || (Number(ttl) >= 0 && Number(ttl) <= 3600)) return [];
  return [invalid('AuthorizerResultTtlInSeconds', 'Authorizer result ttl should be between 0 and 3600 seconds')];
}
