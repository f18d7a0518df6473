import { entriesOf, isObject } from '../../known-value.ts';
import type { Properties, Value } from '../../resource-type.ts';
import type { ImportContext, ImportedPart } from './imported-api.ts';
import { follow, part } from './open-api-document.ts';

/** Security schemes with an authorizer (AG-541). */
export function importAuthorizers(context: ImportContext): ImportedPart[] {
  return entriesOf(schemesOf(context)).flatMap(([name]) => {
    const scheme = schemeOf(context, name);
    const authorizer = scheme['x-amazon-apigateway-authorizer'];
    return isObject(authorizer) ? [{ at: [...schemesAt(context), name], name, properties: toAuthorizer(name, scheme, authorizer) }] : [];
  });
}

/** Who may call an operation. The document's own `security` counts for nothing (AG-543). */
export function importAuthorization(context: ImportContext, operation: Properties, title: string): Properties {
  const auth = part(operation, 'x-amazon-apigateway-auth')['type'];
  let authorization: Properties = { AuthorizationType: typeof auth === 'string' ? auth.toUpperCase() : 'NONE' };
  let key: Properties = {};
  const requirements = Array.isArray(operation['security']) ? operation['security'] : [];
  for (const [name, scopes] of requirements.flatMap((requirement: Value) => entriesOf(requirement))) {
    const scheme = schemeOf(context, name);
    if (isApiKey(scheme)) key = { ApiKeyRequired: true };
    else if (isObject(scheme['x-amazon-apigateway-authorizer'])) {
      authorization = {
        AuthorizationType: typeOf(scheme['x-amazon-apigateway-authorizer']) === 'COGNITO_USER_POOLS' ? 'COGNITO_USER_POOLS' : 'CUSTOM',
        AuthorizerId: name,
        ...(Array.isArray(scopes) && scopes.length > 0 ? { AuthorizationScopes: scopes } : {}),
      };
    } else if (String(scheme['x-amazon-apigateway-authtype']).toLowerCase() === 'awssigv4')
      authorization = { AuthorizationType: 'AWS_IAM' };
    else context.warnings.push(`${title}: the security scheme "${name}" has no x-amazon-apigateway-authorizer and protects nothing`);
  }
  return { ...authorization, ...key };
}

function toAuthorizer(name: string, scheme: Properties, authorizer: Properties): Properties {
  const type = typeOf(authorizer);
  const { identitySource = type === 'REQUEST' ? undefined : `method.request.header.${String(scheme['name'])}` } = authorizer;
  const renamed: Readonly<Record<string, Value | undefined>> = {
    Name: name,
    Type: type,
    AuthorizerUri: authorizer['authorizerUri'],
    AuthorizerCredentials: authorizer['authorizerCredentials'],
    IdentitySource: identitySource,
    IdentityValidationExpression: authorizer['identityValidationExpression'],
    AuthorizerResultTtlInSeconds: authorizer['authorizerResultTtlInSeconds'],
    ProviderARNs: authorizer['providerARNs'],
  };
  return Object.fromEntries(Object.entries(renamed).filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

function typeOf(authorizer: Properties): string {
  return String(authorizer['type'] ?? '').toUpperCase();
}

/** AG-542 */
function isApiKey({ type, name, in: place, 'x-amazon-apigateway-authorizer': authorizer }: Properties): boolean {
  return type === 'apiKey' && place === 'header' && String(name).toLowerCase() === 'x-api-key' && authorizer === undefined;
}

function schemesAt({ version }: ImportContext): readonly string[] {
  return version === 2 ? ['securityDefinitions'] : ['components', 'securitySchemes'];
}

function schemesOf(context: ImportContext): Properties {
  return part(context.root, ...schemesAt(context));
}

/** One that is a reference to another protects as that one does. */
function schemeOf(context: ImportContext, name: string): Properties {
  const schemes = schemesOf(context);
  return Object.hasOwn(schemes, name) ? follow(context.root, schemes[name]) : {};
}
