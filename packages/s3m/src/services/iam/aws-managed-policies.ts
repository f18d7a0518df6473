import { parsePolicy } from '../../policy/parse-policy.ts';
import type { PolicyDocument } from '../../policy/policy-document.ts';

const writeLogs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/**
 * Policies of AWS that are known word for word, as actions on every resource, by what follows `arn:aws:iam::aws:policy/`.
 * Source: AWS Managed Policy Reference Guide.
 */
const actions: Readonly<Record<string, readonly string[]>> = {
  AdministratorAccess: ['*'],
  AmazonS3ReadOnlyAccess: ['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'],
  AmazonSSMReadOnlyAccess: ['ssm:Describe*', 'ssm:Get*', 'ssm:List*'],
  AWSXRayDaemonWriteAccess: [
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ],
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs': [
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:DescribeLogGroups',
    'logs:DescribeLogStreams',
    'logs:PutLogEvents',
    'logs:GetLogEvents',
    'logs:FilterLogEvents',
  ],
  'service-role/AmazonECSTaskExecutionRolePolicy': [
    'ecr:GetAuthorizationToken',
    'ecr:BatchCheckLayerAvailability',
    'ecr:GetDownloadUrlForLayer',
    'ecr:BatchGetImage',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ],
  'service-role/AWSLambdaBasicExecutionRole': writeLogs,
  'service-role/AWSLambdaDynamoDBExecutionRole': [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    ...writeLogs,
  ],
  'service-role/AWSLambdaRole': ['lambda:InvokeFunction'],
  'service-role/AWSLambdaVPCAccessExecutionRole': [
    ...writeLogs,
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
};

const prefix = /^arn:[^:]+:iam::aws:policy\//;

/** Whether an ARN is one of AWS's own policies. */
export function isAwsManaged(arn: string): boolean {
  return prefix.test(arn);
}

/** The policy of AWS with that ARN; undefined when its text is not known here. */
export function findAwsManaged(arn: string): PolicyDocument | undefined {
  const name = arn.replace(prefix, '');
  if (!isAwsManaged(arn) || !Object.hasOwn(actions, name)) return undefined;
  return parsePolicy({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions[name], Resource: '*' }] });
}

/** The names of those that are known, for people. */
export const knownAwsPolicies: readonly string[] = Object.keys(actions);
