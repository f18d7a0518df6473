import type { IncomingMessage } from 'node:http';

/** Prefixes of X-Amz-Target (the JSON protocols), by the name that the service signs with. */
const targetPrefixes: readonly (readonly [prefix: string, service: string])[] = [
  ['DynamoDB', 'dynamodb'],
  ['AmazonEC2ContainerServiceV', 'ecs'],
  ['AmazonEC2ContainerRegistry_V', 'ecr'],
  ['AmazonSSM', 'ssm'],
  ['secretsmanager', 'secretsmanager'],
  ['Logs_', 'logs'],
  ['AWSCognitoIdentityProviderService', 'cognito-idp'],
  ['AWSCognitoIdentityService', 'cognito-identity'],
  ['AWSEvents', 'events'],
  ['AWSStepFunctions', 'states'],
  ['AmazonSQS', 'sqs'],
  ['TrentService', 'kms'],
  ['CertificateManager', 'acm'],
];

/** Versions of the APIs of the query protocol, by which an unsigned call tells whom it is for. */
const queryVersions: Readonly<Record<string, string>> = {
  '2010-05-08': 'iam',
  '2010-05-15': 'cloudformation',
  '2011-06-15': 'sts',
  '2015-12-01': 'elasticloadbalancing',
  '2016-11-15': 'ec2',
};

/** The service that an unsigned form is for. */
export function serviceOfQuery(form: URLSearchParams): string | undefined {
  const version = form.get('Version') ?? '';
  return Object.hasOwn(queryVersions, version) ? queryVersions[version] : undefined;
}

/**
 * Which AWS service a request is for, by the name in its signature's credential scope (`Authorization` header or `X-Amz-Credential`
 * parameter), or, unsigned, by `X-Amz-Target` or a path that only one service has. Source: AWS IAM User Guide, "Elements of an AWS API request signature".
 */
export function awsServiceName(request: Pick<IncomingMessage, 'url' | 'headers'>): string | undefined {
  const authorization = request.headers.authorization;
  const signed = authorization === undefined ? undefined : /^AWS4-[A-Z0-9-]+ .*?Credential=([^,\s]+)/.exec(authorization)?.[1];
  const credential = signed ?? presignedCredential(request.url ?? '');
  return (
    (credential === undefined ? undefined : serviceOfScope(credential)) ??
    serviceOfTarget(request.headers['x-amz-target']) ??
    serviceOfPath(request.url ?? '')
  );
}

function serviceOfPath(url: string): string | undefined {
  return /^\/2015-03-31\/functions(?:[/?]|$)/.test(url) ? 'lambda' : undefined;
}

/** `KEY/20260101/us-east-1/dynamodb/aws4_request`; with an asymmetric signature without the region. */
function serviceOfScope(credential: string): string | undefined {
  const parts = credential.split('/');
  const service = parts.at(-1) === 'aws4_request' ? parts.at(-2) : undefined;
  return service !== undefined && parts.length >= 4 && /^[a-z0-9-]+$/.test(service) ? service : undefined;
}

function presignedCredential(url: string): string | undefined {
  const query = url.indexOf('?');
  if (query === -1 || !url.includes('X-Amz-Credential=', query)) return undefined;
  return new URLSearchParams(url.slice(query)).get('X-Amz-Credential') ?? undefined;
}

function serviceOfTarget(target: string | string[] | undefined): string | undefined {
  if (typeof target !== 'string') return undefined;
  return targetPrefixes.find(([prefix]) => target.startsWith(prefix))?.[1];
}
