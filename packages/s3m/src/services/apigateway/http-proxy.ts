import type { PropertyReader } from '../property-reader.ts';
import { checkHttpEndpoint, parseHttpEndpoint } from './http-endpoint.ts';
import { HttpProxyIntegration } from './http-proxy-integration.ts';
import type { IntegrationDraft, IntegrationKind } from './integration-kind.ts';

/** The request as it came, to a backend behind a VPC link or on the Internet. */
export const httpProxy: IntegrationKind = { type: 'HTTP_PROXY', check: checkHttpEndpoint, parse };

function parse(aws: PropertyReader, local: PropertyReader): IntegrationDraft {
  const definition = parseHttpEndpoint(aws, local);
  return { type: 'HTTP_PROXY', definition, compile: (services) => new HttpProxyIntegration(definition, services) };
}
