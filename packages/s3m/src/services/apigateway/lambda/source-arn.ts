import type { GatewayRequest } from '../gateway-request.ts';
import type { MethodFacts } from '../method-facts.ts';

/**
 * The part of a method's source ARN after the stage: `GET/pets/*`. Path parameters and `ANY` are stars (AG-281, AG-282, AG-510).
 */
export function sourcePath({ verb, resourcePath }: Pick<MethodFacts, 'verb' | 'resourcePath'>): string {
  return `${verb === 'ANY' ? '*' : verb}${resourcePath.replaceAll(/\{[^/]*\}/g, '*')}`;
}

/** `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/GET/pets/*` */
export function sourceArn({ api, target }: GatewayRequest, path: string): string {
  return `arn:${api.partition}:execute-api:${api.region}:${api.accountId}:${api.id}/${target.stage}/${path}`;
}
