import type { Properties, ResourceName, Value } from '../resource-type.ts';

/** How CDK calls its provider functions: the start of the logical id and a part of the construct path. */
const PROVIDERS: readonly { readonly what: string; readonly logicalId: string }[] = [
  { what: 'BucketDeployment', logicalId: 'CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C' },
  { what: 'S3AutoDeleteObjects', logicalId: 'CustomS3AutoDeleteObjectsCustomResourceProvider' },
  { what: 'VpcRestrictDefaultSG', logicalId: 'CustomVpcRestrictDefaultSGCustomResourceProvider' },
  { what: 'LogRetention', logicalId: 'LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a' },
];

/**
 * Why a function need not run here: it is the provider of a custom resource of CDK's own whose work this engine does itself (S3W-034).
 * Undefined for any other function. CDK gives these functions a fixed logical id; the construct path is the same without punctuation.
 */
export function providerReason(name: ResourceName | undefined, properties: Properties, metadata: Properties): string | undefined {
  const path = String(metadata['aws:cdk:path'] ?? name?.path ?? '').replaceAll(/[^A-Za-z0-9/]/g, '');
  const found =
    PROVIDERS.find(({ logicalId }) => name?.logicalId.startsWith(logicalId) === true || path.includes(`/${logicalId}`)) ??
    byProperties(properties);
  return found === undefined ? undefined : `${found.what}: the engine does what this function does for CloudFormation`;
}

/** For a caller that knows neither logical id nor path. */
function byProperties(properties: Properties): { readonly what: string } | undefined {
  if (hasCaBundle(properties['Environment']) && properties['Timeout'] === 900 && String(properties['Runtime']).startsWith('python')) {
    return { what: 'BucketDeployment' };
  }
  const description = properties['Description'];
  if (typeof description === 'string') {
    if (description.startsWith('Lambda function for auto-deleting objects in ')) return { what: 'S3AutoDeleteObjects' };
    if (description === 'Lambda function for removing all inbound/outbound rules from the VPC default security group') {
      return { what: 'VpcRestrictDefaultSG' };
    }
  }
  return undefined;
}

/** CDK points the AWS CLI in its layer to the certificates of Amazon Linux. */
function hasCaBundle(environment: Value | undefined): boolean {
  const variables = isObject(environment) ? environment['Variables'] : undefined;
  return isObject(variables) && variables['AWS_CA_BUNDLE'] === '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem';
}

function isObject(value: Value | undefined): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
