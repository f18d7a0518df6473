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
      if (typeof arn === 'string' && all.some((other) => isAuthorizedBy(other, arn))) {
        notices.push(
          `${name.logicalId} has new code, but results of the former one stay cached until they expire, as on AWS. To drop them: s3m flush authorizer`,
        );
      }
    }
  }
  return notices;
}

function isAuthorizedBy(stack: DeployedStack, functionArn: string): boolean {
  return [...stack.resources.values()].some(
    ({ name, properties }) =>
      name.type === 'AWS::ApiGateway::Authorizer' && JSON.stringify(properties['AuthorizerUri'] ?? '').includes(functionArn),
  );
}
