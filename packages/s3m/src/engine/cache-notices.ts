import type { DeployedStack } from './deployed-stack.ts';

/**
 * What to say when an authorizer's function has changed: its cache is not emptied, as on AWS, so callers keep their answers until they expire.
 * `updated` holds `STACK/LOGICAL_ID`.
 */
export function cacheNotices(stacks: Iterable<DeployedStack>, updated: readonly string[]): string[] {
  const notices: string[] = [];
  const all = [...stacks];
  for (const stack of all) {
    for (const { name, resource } of stack.resources.values()) {
      if (name.type !== 'AWS::Lambda::Function' || !updated.includes(`${stack.name}/${name.logicalId}`)) continue;
      const arn = resource.attributes['Arn'];
      if (typeof arn !== 'string') continue;
      const kept = `${name.logicalId} has new code, but results of the former one stay cached until they expire, as on AWS`;
      if (all.some((other) => isAuthorizedBy(other, 'AWS::ApiGateway::Authorizer', arn))) {
        notices.push(`${kept}. To drop them: s3m flush authorizer`);
      } else if (all.some((other) => isAuthorizedBy(other, 'AWS::ApiGatewayV2::Authorizer', arn))) {
        notices.push(`${kept}; caches of HTTP APIs cannot be flushed`);
      }
    }
  }
  return notices;
}

/** Whether an authorizer of this type asks the function and keeps what it says: REST APIs do by default (AG-108), HTTP APIs do not (AG-575). */
function isAuthorizedBy(stack: DeployedStack, type: string, functionArn: string): boolean {
  return [...stack.resources.values()].some(({ name, properties }) => {
    if (name.type !== type || !JSON.stringify(properties['AuthorizerUri'] ?? '').includes(functionArn)) return false;
    return type === 'AWS::ApiGateway::Authorizer' || Number(properties['AuthorizerResultTtlInSeconds'] ?? 0) > 0;
  });
}
