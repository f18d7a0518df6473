import { restApiOperations } from '../packages/s3m/src/services/apigateway/api/operations.ts';
import { httpApiOperations } from '../packages/s3m/src/services/apigatewayv2/api/operations.ts';
import { cloudFrontOperations } from '../packages/s3m/src/services/cloudfront/api/serve-cloudfront.ts';
import { unservedCloudFrontOperations } from '../packages/s3m/src/services/cloudfront/api/unserved-operations.ts';
import type { RestOperation } from '../packages/s3m/src/services/rest-json-service.ts';
import { tableOperations, unservedOperations as unservedTableOperations } from '../packages/s3m/src/services/dynamodb/table-operations.ts';
import { ecr } from '../packages/s3m/src/services/ecr/api/serve-ecr.ts';
import { loadBalancingOperations } from '../packages/s3m/src/services/elasticloadbalancingv2/api/serve-load-balancing.ts';
import { unservedLoadBalancingOperations } from '../packages/s3m/src/services/elasticloadbalancingv2/api/unserved-operations.ts';
import { stsOperations, unservedStsOperations } from '../packages/s3m/src/services/iam/sts/serve-sts.ts';
import type { JsonService } from '../packages/s3m/src/services/json-service.ts';
import { functionOperations } from '../packages/s3m/src/services/lambda/api/function-api.ts';
import { unservedFunctionOperations } from '../packages/s3m/src/services/lambda/api/unserved-operations.ts';
import { logs } from '../packages/s3m/src/services/logs/serve-logs.ts';
import { operations as s3Operations } from '../packages/s3m/src/services/s3/api/operations.ts';
import { ofOtherEndpoints, unservedOperations as unservedS3Operations } from '../packages/s3m/src/services/s3/api/unserved-operations.ts';
import { secretsManager } from '../packages/s3m/src/services/secretsmanager/serve-secrets-manager.ts';
import { ssm } from '../packages/s3m/src/services/ssm/serve-ssm.ts';

/** A service of the endpoint with all operations that AWS has. */
export interface ServiceCoverage {
  readonly title: string;
  readonly served: readonly string[];
  readonly unserved: readonly string[];
  /** What one who calls a served operation has to know, by its name. */
  readonly notes: Readonly<Record<string, string>>;
  /** What there is besides operations. */
  readonly besides?: string;
}

/** The services of the AWS endpoint, in the order of their names. */
export const services: readonly ServiceCoverage[] = [
  ofRest('API Gateway', restApiOperations, {
    GetDeployment: 'without embed',
    TestInvokeAuthorizer: 'without additionalContext',
    GetModel: 'without flatten',
    GetResource: 'with embed=methods',
    GetResources: 'with embed=methods',
  }),
  ofRest('API Gateway V2', httpApiOperations, {}),
  { title: 'CloudFront', served: cloudFrontOperations, unserved: unservedCloudFrontOperations, notes: {} },
  ofJson('CloudWatch Logs', logs, {}),
  {
    title: 'DynamoDB',
    served: tableOperations,
    unserved: [...unservedTableOperations],
    notes: { UpdateTable: 'changes throughput and indexes; streams are not there' },
  },
  { ...ofJson('ECR', ecr, {}), besides: 'the OCI distribution protocol, for Docker' },
  {
    title: 'Elastic Load Balancing',
    served: loadBalancingOperations,
    unserved: unservedLoadBalancingOperations,
    notes: {
      DeregisterTargets: 'not of a group of type alb',
      DescribeListeners: 'without certificates and policies',
      DescribeTargetGroups: 'not those of type lambda',
    },
  },
  {
    title: 'Lambda',
    served: ['Invoke', ...functionOperations],
    unserved: unservedFunctionOperations,
    notes: {
      Invoke: 'as a whole, not as a stream',
      UpdateFunctionCode: 'from a ZipFile',
      UpdateFunctionConfiguration: 'Timeout, MemorySize, Handler, Environment',
    },
  },
  {
    title: 'S3',
    served: [...s3Operations.values()].map(({ name }) => name),
    unserved: [...new Set([...Object.values(unservedS3Operations), ...ofOtherEndpoints])],
    notes: {
      ListMultipartUploads: 'without a delimiter',
      PutBucketEncryption: 'AES256',
      PutBucketVersioning: 'without MFA delete',
      PutObject: 'without ACLs and KMS',
    },
  },
  ofJson('Secrets Manager', secretsManager, {}),
  {
    title: 'STS',
    served: stsOperations,
    unserved: unservedStsOperations,
    notes: { AssumeRole: 'without MFA and SourceIdentity', GetSessionToken: 'without MFA' },
  },
  ofJson('Systems Manager', ssm, {}),
];

function ofRest(title: string, operations: readonly RestOperation[], notes: ServiceCoverage['notes']): ServiceCoverage {
  const named = (served: boolean): string[] => operations.filter(({ run }) => (run !== undefined) === served).map(({ name }) => name);
  return { title, served: named(true), unserved: named(false), notes };
}

function ofJson<Api>(title: string, { operations, unserved }: JsonService<Api>, notes: ServiceCoverage['notes']): ServiceCoverage {
  const lacking = Object.entries(operations).flatMap(([name, { lacks = [] }]) =>
    lacks.length === 0 ? [] : [[name, `without ${lacks.join(', ')}`] as const],
  );
  return { title, served: Object.keys(operations), unserved, notes: { ...Object.fromEntries(lacking), ...notes } };
}

/** The part of the coverage page about operations, as lines of Markdown. */
export function operationLines(): string[] {
  return services.flatMap(({ title, served, unserved, notes, besides }) => [
    `### ${title}`,
    '',
    `Served (${served.length}): ${sorted(served)
      .map((name) => (notes[name] === undefined ? name : `${name} (${notes[name]})`))
      .join(', ')}${besides === undefined ? '' : `; and ${besides}`}.`,
    '',
    `Unsupported (${unserved.length}): ${sorted(unserved).join(', ')}.`,
    '',
  ]);
}

function sorted(names: readonly string[]): string[] {
  return [...names].sort();
}
