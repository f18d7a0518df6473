import { isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Finding, type Properties, type ResourceContext } from '../resource-type.ts';
import { invalid } from './finding.ts';

const known: ReadonlySet<string> = new Set(['EDGE', 'REGIONAL', 'PRIVATE']);
const idsProperty = 'EndpointConfiguration.VpcEndpointIds';

/** Whether an API answers everybody, or at VPC endpoints only (AG-512, AG-010). */
export function placeOf(properties: Properties): 'public' | 'private' {
  return typesOf(properties).includes('PRIVATE') ? 'private' : 'public';
}

/** What AWS would refuse of `EndpointConfiguration`. */
export function checkEndpoint(properties: Properties): Finding[] {
  const types = typesOf(properties);
  const findings: Finding[] = [];
  if (types.length > 1) findings.push(invalid('EndpointConfiguration.Types', 'Cannot create an api with multiple Endpoint Types.'));
  for (const type of types) {
    if (known.has(type) || isUnresolved(type)) continue;
    findings.push(invalid('EndpointConfiguration.Types', `Invalid endpoint type: ${type}. Allowed: EDGE, REGIONAL, PRIVATE`));
  }
  const ids = new PropertyReader(properties).object('EndpointConfiguration')?.raw('VpcEndpointIds');
  if (ids !== undefined && !types.includes('PRIVATE') && !types.some(isUnresolved)) {
    findings.push(invalid(idsProperty, 'VPC endpoints are for PRIVATE APIs only', 'Set EndpointConfiguration.Types to [PRIVATE].'));
  }
  return findings;
}

/** VPC endpoints that the API is associated with. @throws ResourceFailure for one that is not there */
export function readEndpointIds({ account, properties }: Pick<ResourceContext, 'account' | 'properties'>): readonly string[] {
  const ids = new PropertyReader(properties).object('EndpointConfiguration')?.strings('VpcEndpointIds') ?? [];
  const missing = ids.find((id) => !account.network.model.hasInterfaceEndpoint(id));
  if (missing !== undefined) {
    throw new ResourceFailure(`Invalid VPC endpoint identifier specified: ${missing}`, {
      property: idsProperty,
      fix: 'Name an AWS::EC2::VPCEndpoint of type Interface with Ref.',
    });
  }
  return ids;
}

/** What an imported document's parameters say counts where the API says nothing itself. */
function typesOf(properties: Properties): readonly string[] {
  const reader = new PropertyReader(properties);
  const own = reader.object('EndpointConfiguration')?.raw('Types') ?? undefined;
  const imported = reader.object('Parameters')?.raw('endpointConfigurationTypes');
  const types = own ?? imported;
  return (Array.isArray(types) ? types : types === undefined || types === null ? [] : [types]).map(String);
}
