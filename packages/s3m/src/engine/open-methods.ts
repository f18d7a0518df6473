import type { Evaluation } from '../template/evaluation.ts';
import { isJsonObject, type Json, type JsonObject } from '../template/json.ts';

interface Open {
  readonly logicalId: string;
  readonly path: string;
}

/**
 * What to say of `ANY` methods that ask nobody although other methods of their API do: the CDK's `root.addProxy()` writes
 * one for the root as well, without the proxy's authorizer (CFN-070). A single verb without authorizer is taken for meant.
 */
export function openMethodNotices(evaluation: Evaluation): readonly string[] {
  const guarded = new Set<string>();
  const open = new Map<string, Open[]>();
  for (const logicalId of evaluation.resourceIds) {
    const { Type: type, Properties: properties } = evaluation.resource(logicalId);
    if (type !== 'AWS::ApiGateway::Method' || !isJsonObject(properties)) continue;
    const api = nameOf(properties['RestApiId']);
    const authorization = properties['AuthorizationType'] ?? 'NONE';
    if (authorization !== 'NONE') guarded.add(api);
    else if (properties['HttpMethod'] === 'ANY' && properties['ApiKeyRequired'] !== true)
      open.set(api, [...(open.get(api) ?? []), { logicalId, path: pathOf(evaluation, properties['ResourceId']) }]);
  }
  return [...open].filter(([api]) => guarded.has(api)).map(([api, methods]) => notice(api, methods));
}

function notice(api: string, methods: readonly Open[]): string {
  const shown = methods.map(({ logicalId, path }) => `ANY ${path} (${logicalId})`).join(', ');
  const [they, their] = methods.length === 1 ? ['asks', 'its AuthorizationType'] : ['ask', 'their AuthorizationType'];
  return (
    `${shown} of API ${api} ${they} no authorizer, though other methods of the API do: ${their} is NONE. ` +
    `If that is not meant: root.addProxy of the CDK writes ANY for the root too, with the API's own defaults; give RestApi itself defaultMethodOptions with the authorizer`
  );
}

function nameOf(reference: Json | undefined): string {
  return isJsonObject(reference) && typeof reference['Ref'] === 'string' ? reference['Ref'] : JSON.stringify(reference);
}

/** `/weather/{proxy+}`; `...` stands for what is not in the template. */
function pathOf(evaluation: Evaluation, resource: Json | undefined): string {
  const parts: string[] = [];
  let at = resource;
  while (!isRoot(at)) {
    const found = resourceOf(evaluation, at);
    if (found === undefined || parts.length > 100) return `.../${parts.join('/')}`;
    parts.unshift(String(found['PathPart']));
    at = found['ParentId'];
  }
  return `/${parts.join('/')}`;
}

function isRoot(value: Json | undefined): boolean {
  return isJsonObject(value) && JSON.stringify(value['Fn::GetAtt'] ?? '').includes('RootResourceId');
}

function resourceOf(evaluation: Evaluation, reference: Json | undefined): JsonObject | undefined {
  const id = isJsonObject(reference) ? reference['Ref'] : undefined;
  if (typeof id !== 'string' || !evaluation.resourceIds.includes(id)) return undefined;
  const { Type: type, Properties: properties } = evaluation.resource(id);
  return type === 'AWS::ApiGateway::Resource' && isJsonObject(properties) ? properties : undefined;
}
