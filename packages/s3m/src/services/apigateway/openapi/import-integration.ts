import { entriesOf, isObject } from '../../known-value.ts';
import type { Properties, Value } from '../../resource-type.ts';

/** Members whose values are written in capitals elsewhere (AG-539). */
const enumerations = new Set(['type', 'passthroughBehavior', 'connectionType', 'contentHandling', 'responseTransferMode']);

/** Says something of HTTP APIs only. */
const ofHttpApis = new Set(['payloadFormatVersion']);

/** `x-amazon-apigateway-integration` as `AWS::ApiGateway::Method.Integration`. */
export function importIntegration(extension: Properties): Properties {
  const integration: Record<string, Value> = {};
  for (const [key, value] of Object.entries(extension)) {
    if (ofHttpApis.has(key)) continue;
    if (key === 'responses')
      integration['IntegrationResponses'] = entriesOf(value).map(([pattern, response]) => importResponse(pattern, response));
    else if (key === 'tlsConfig') integration['TlsConfig'] = capitals(value);
    else if (key === 'httpMethod') integration['IntegrationHttpMethod'] = upper(value);
    else integration[capital(key)] = enumerations.has(key) ? upper(value) : value;
  }
  return integration;
}

/** The key is the selection pattern; `default` has none. */
function importResponse(pattern: string, response: Value): Properties {
  const members = isObject(response) ? Object.entries(response) : [];
  return {
    ...Object.fromEntries(members.map(([key, value]) => [capital(key), enumerations.has(key) ? upper(value) : value])),
    ...(pattern === 'default' ? {} : { SelectionPattern: pattern }),
  };
}

function capitals(value: Value): Value {
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [capital(key), member])) : value;
}

function upper(value: Value): Value {
  return typeof value === 'string' && !value.includes('unresolved:') ? value.toUpperCase() : value;
}

function capital(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}
