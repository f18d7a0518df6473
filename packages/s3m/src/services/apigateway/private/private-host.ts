/** The API that a request at a VPC endpoint names. */
export interface PrivateHost {
  readonly apiId: string;
  /** Where the host names one too: then the API must be associated with it. */
  readonly endpointId?: string;
  /** `$context.domainName` */
  readonly domainName: string;
}

/**
 * AG-010: `API.execute-api.REGION...`, `API-VPCE.execute-api.REGION...`, or the endpoint's own DNS name with `x-apigw-api-id`. Undefined where
 * neither names an API at this endpoint.
 */
export function tryPrivateHost(
  host: string,
  apiIdHeader: string | undefined,
  at: { readonly endpointId: string; readonly dnsName: string; readonly region: string; readonly urlSuffix: string },
): PrivateHost | undefined {
  const suffix = `.execute-api.${at.region}.${at.urlSuffix}`;
  if (host.endsWith(suffix)) {
    const [, apiId = '', endpointId] = /^([a-z0-9]+)(?:-(vpce-[0-9a-z]+))?$/.exec(host.slice(0, -suffix.length)) ?? [];
    if (apiId === '' || (endpointId !== undefined && endpointId !== at.endpointId)) return undefined;
    return { apiId, domainName: host, ...(endpointId === undefined ? {} : { endpointId }) };
  }
  const label = at.dnsName.split('.', 1)[0]!;
  // A zone's name has the zone behind the label: vpce-0123-abcdefgh-us-east-1a.execute-api...
  const ofEndpoint = host.startsWith(label) && host.endsWith(at.dnsName.slice(label.length));
  return ofEndpoint && apiIdHeader !== undefined ? { apiId: apiIdHeader, domainName: host } : undefined;
}
