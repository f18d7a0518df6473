import type { AuthorizerDefinition } from '../authorizers/authorizer-definition.ts';
import { apiOfCall, listed, notFound, type ApiAnswer, type ApiCall } from './api-call.ts';

export function getAuthorizers(call: ApiCall): ApiAnswer {
  return listed([...apiOfCall(call).draft.authorizers.values()].map(showAuthorizer), call);
}

export function getAuthorizer(call: ApiCall): ApiAnswer {
  const authorizer = apiOfCall(call).draft.authorizers.get(call.path[1]!);
  if (authorizer === undefined) throw notFound('Invalid Authorizer identifier specified');
  return showAuthorizer(authorizer);
}

function showAuthorizer({ id, name, type, settings }: AuthorizerDefinition): object {
  const { header, sources, poolArns, uri, credentials, ttlSeconds, validation }: Readonly<Record<string, unknown>> = Object.fromEntries(
    Object.entries(settings),
  );
  const identitySource = Array.isArray(sources) ? sources.join(', ') : `method.request.header.${String(header)}`;
  return {
    id,
    name,
    type,
    ...(poolArns === undefined ? { authType: 'custom' } : { providerARNs: poolArns, authType: 'cognito_user_pools' }),
    ...(uri === undefined ? {} : { authorizerUri: uri }),
    ...(credentials === undefined ? {} : { authorizerCredentials: credentials }),
    ...(identitySource === '' ? {} : { identitySource }),
    ...(validation === undefined ? {} : { identityValidationExpression: validation }),
    ...(ttlSeconds === undefined ? {} : { authorizerResultTtlInSeconds: ttlSeconds }),
  };
}
