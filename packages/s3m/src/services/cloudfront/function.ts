import { isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { EdgeFunction } from './functions/edge-function.ts';
import { ownPolicies } from './policies/own-policies.ts';

/** In bytes (S3W-052). */
const mostCode = 10_240;

/** `AWS::CloudFront::Function`: code that sees a viewer's request before, or its answer after everything else. */
export const cloudFrontFunction: ResourceType = {
  type: 'AWS::CloudFront::Function',
  scope: 'simulated',
  properties: {
    AutoPublish: { inert: 'what the template says runs' },
    FunctionCode: 'simulated',
    'FunctionConfig.Comment': { inert: 'a comment' },
    'FunctionConfig.Runtime': 'simulated',
    FunctionMetadata: { inert: 'what AWS answers' },
    Name: 'simulated',
    Tags: { inert: 'tags have no effect' },
  },
  required: ['FunctionCode', 'FunctionConfig', 'Name'],
  attributes: ['FunctionARN', 'FunctionMetadata.FunctionARN', 'Stage'],
  replacedBy: ['Name'],
  check,
  create,
};

function check({ FunctionCode: code, FunctionConfig: config }: Properties): Finding[] {
  const findings: Finding[] = [];
  const runtime = typeof config === 'object' && config !== null ? (config as Properties)['Runtime'] : undefined;
  // S3W-055
  if (runtime !== undefined && !isUnresolved(runtime) && runtime !== 'cloudfront-js-1.0' && runtime !== 'cloudfront-js-2.0')
    findings.push({
      property: 'FunctionConfig.Runtime',
      kind: 'invalid',
      message: `${JSON.stringify(runtime)} is not a valid enum value: cloudfront-js-1.0, cloudfront-js-2.0`,
    });
  if (typeof code !== 'string' || isUnresolved(code)) return findings;
  if (Buffer.byteLength(code) > mostCode)
    findings.push({
      property: 'FunctionCode',
      kind: 'invalid',
      message: `The function code is ${Buffer.byteLength(code)} bytes, the maximum is ${mostCode}`,
    });
  if (/\bimport\s+\w+\s+from\s+['"]cloudfront['"]/.test(code))
    findings.push({
      property: 'FunctionCode',
      kind: 'unsupported',
      message: 'The module cloudfront (key value stores, origins): it is not there',
    });
  return findings;
}

function create(context: ResourceContext): Promise<Resource> {
  const { account, name: own } = context;
  const { functions } = ownPolicies(account);
  const name = new PropertyReader(context.properties).string('Name');
  const arn = `arn:${account.partition}:cloudfront::${account.id}:function/${name}`;
  const log = (message: string): void =>
    account.emit({ event: 'log', source: own.logicalId, stream: 'function', message, timestamp: account.clock.now() });
  const compile = (properties: Properties): void => {
    try {
      const before = functions.get(arn);
      functions.set(arn, new EdgeFunction(arn, new PropertyReader(properties).string('FunctionCode'), log));
      before?.[Symbol.dispose]();
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new ResourceFailure(`The function code is invalid: ${error.message}`, { property: 'FunctionCode', cause: error });
    }
  };
  compile(context.properties);
  const resource: Resource = {
    ref: arn,
    attributes: { FunctionARN: arn, 'FunctionMetadata.FunctionARN': arn, Stage: 'LIVE' },
    update: (next) => {
      compile(next.properties);
      return Promise.resolve(resource);
    },
    delete: () => {
      functions.get(arn)?.[Symbol.dispose]();
      functions.delete(arn);
      return Promise.resolve();
    },
  };
  return Promise.resolve(resource);
}
