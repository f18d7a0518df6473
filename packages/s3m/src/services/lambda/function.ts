import { DuplicateCapability } from '../../capabilities/directory.ts';
import type { Account } from '../account.ts';
import { PropertyReader } from '../property-reader.ts';
import { refuseAccess } from '../access.ts';
import { openRoleOwner, openRoleSession, roleOf, type TemporaryCredentials } from '../role-session.ts';
import { serviceMayAssume } from '../service-trust.ts';
import { ResourceFailure, type Properties, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';
import { findPackage } from './deployment-package.ts';
import { checkFunction } from './function-check.ts';
import { functionArn } from './function-reference.ts';
import { serveInvoke } from './invoke-api.ts';
import type { FunctionNetwork, FunctionVpc } from './function-network.ts';
import { isNodeRuntime, isProvidedRuntime, type FunctionSettings } from './function-settings.ts';
import { InertFunction } from './inert-function.ts';
import { LambdaFunction } from './lambda-function.ts';
import { endLeftProcesses } from './process-register.ts';
import { providerReason } from './provider-function.ts';

/** LMB-001 */
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;
/** How long the credentials of an execution environment last. */
const CREDENTIALS_MS = 12 * 3_600_000;

/** A Lambda function: a warm process behind the Runtime API (LMB-020 to LMB-051). */
export const lambdaFunction: ResourceType = {
  type: 'AWS::Lambda::Function',
  scope: 'simulated',
  properties: {
    FunctionName: 'simulated',
    Code: 'simulated',
    Handler: 'simulated',
    Runtime: 'simulated',
    PackageType: 'simulated',
    Timeout: 'simulated',
    MemorySize: 'simulated',
    'Environment.Variables': 'simulated',
    Layers: 'simulated',
    ReservedConcurrentExecutions: 'simulated',
    'VpcConfig.SubnetIds': 'simulated',
    'VpcConfig.SecurityGroupIds': 'simulated',
    'LoggingConfig.LogGroup': 'simulated',
    'LoggingConfig.LogFormat': 'simulated',
    'LoggingConfig.ApplicationLogLevel': 'simulated',
    'LoggingConfig.SystemLogLevel': 'simulated',
    Role: 'simulated',
    Architectures: { inert: 'functions run on the architecture of this machine' },
    Description: { inert: 'a description' },
    DeadLetterConfig: { inert: 'events that a function fails to take are dropped here, with a notice' },
    EphemeralStorage: { inert: 'functions write to the temporary directory of this machine' },
    KmsKeyArn: { inert: 'environment variables are not encrypted' },
    RecursiveLoop: { inert: 'loops of invocations are not detected' },
    RuntimeManagementConfig: { inert: 'Node.js functions run on the Node.js of the engine' },
    SnapStart: { inert: 'environments are started before the first request' },
    Tags: 'simulated',
    TracingConfig: { inert: 'there is no X-Ray' },
  },
  required: ['Code'],
  attributes: ['Arn'],
  replacedBy: ['FunctionName', 'PackageType'],
  check: (properties, metadata, name) => [...checkCode(properties), ...checkFunction(properties, metadata, name)],
  create,
};

function checkCode(properties: Properties): ReturnType<NonNullable<ResourceType['check']>> {
  const code = properties['Code'];
  const isImage = typeof code === 'object' && code !== null && 'ImageUri' in code;
  if (!isImage && properties['PackageType'] !== 'Image') return [];
  return [
    {
      property: isImage ? 'Code.ImageUri' : 'PackageType',
      kind: 'unsupported',
      message: 'Functions in container images are not run here',
      fix: 'Deploy the function as a zip: Runtime, Handler and code.',
    },
  ];
}

async function create(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const name = new PropertyReader(context.properties).optionalString('FunctionName') ?? context.physicalName({ max: 64 });
  const arn = functionArn(account, name);
  const resource = { ref: name, attributes: { Arn: arn } };
  const reason = inertReason(context);
  if (reason !== undefined) {
    const withdraw = provide(context, new InertFunction(arn, name, reason));
    return { ...resource, delete: () => Promise.resolve(withdraw()) };
  }
  const settings = readSettings(context, name);
  endEarlierProcesses(account);
  serveInvoke(account);
  const networks = new Map<string, FunctionNetwork>();
  const leave = (): void => networks.forEach((network) => network.close());
  await joinVpc(context, settings, networks);
  const created = new LambdaFunction(account, {
    logicalId: context.name.logicalId,
    settings,
    host: {
      clock: account.clock,
      region: account.region,
      variables: account.environment,
      credentials: (of) => roleCredentials(account, of),
      stateDirectory: account.stateDirectory,
      network: ({ vpc }) => networks.get(JSON.stringify(vpc))?.open(),
    },
    reservedConcurrency: reservedConcurrency(context, arn),
  });
  created.tags = readTags(context);
  let withdraw: () => void;
  try {
    withdraw = provide(context, created);
  } catch (error) {
    await created.close();
    leave();
    throw error;
  }
  const live: Resource = {
    ...resource,
    async update(next) {
      const changed = readSettings(next, name);
      await joinVpc(next, changed, networks);
      created.tags = readTags(next);
      await created.update(changed, reservedConcurrency(next, arn));
      return live;
    },
    stable: () => created.ready(),
    async delete() {
      withdraw();
      await created.close();
      leave();
    },
  };
  return live;
}

/** Gives a function interfaces in its VPC, unless it has them; a published version keeps those of its time. @throws ResourceFailure */
async function joinVpc(
  { account, name }: ResourceContext,
  { functionName, roleArn, vpc }: FunctionSettings,
  networks: Map<string, FunctionNetwork>,
): Promise<void> {
  const key = JSON.stringify(vpc);
  if (vpc === undefined || networks.has(key)) return;
  const role = roleArn === undefined ? undefined : openRoleOwner(account, roleArn, functionName);
  // LMB-056
  if (role !== undefined && refuseAccess(account, role, { action: 'ec2:CreateNetworkInterface', resource: '*' }) !== undefined) {
    throw new ResourceFailure('The provided execution role does not have permissions to call CreateNetworkInterface on EC2', {
      property: 'Role',
      fix: 'Give the role AWSLambdaVPCAccessExecutionRole, and let the function depend on its policies.',
    });
  }
  const { FunctionNetwork: Network } = await import('./function-network.ts');
  networks.set(key, new Network(account, name.logicalId, vpc));
}

/** IAM-008: the session's name is the function's. */
function roleCredentials(account: Account, { roleArn, functionName }: FunctionSettings): TemporaryCredentials | undefined {
  if (roleArn === undefined) return undefined;
  return openRoleSession(account, roleOf(account, roleArn), { sessionName: functionName, durationMs: CREDENTIALS_MS });
}

/** Accounts that have ended what an earlier engine left in their state directory. */
const swept = new WeakSet<Account>();

function endEarlierProcesses(account: Account): void {
  if (swept.has(account)) return;
  swept.add(account);
  endLeftProcesses(account.stateDirectory);
}

function provide(context: ResourceContext, created: LambdaFunction | InertFunction): () => void {
  try {
    return context.account.directory.provide('function', created.arn, created);
  } catch (error) {
    if (!(error instanceof DuplicateCapability)) throw error;
    throw new ResourceFailure(`Function already exist: ${created.name}`, {
      property: 'FunctionName',
      fix: 'Give each function a name of its own, or none.',
      cause: error,
    });
  }
}

/** Why the function is not run; undefined when it is. */
function inertReason(context: ResourceContext): string | undefined {
  const provider = providerReason(context.name, context.properties, context.metadata);
  if (provider !== undefined) return provider;
  const runtime = new PropertyReader(context.properties).optionalString('Runtime') ?? 'of a container image';
  if (isNodeRuntime(runtime) || isProvidedRuntime(runtime)) return undefined;
  return `runtime ${runtime} is not supported, only nodejs* and provided* are`;
}

function readTags({ properties }: ResourceContext): Readonly<Record<string, string>> {
  return Object.fromEntries(new PropertyReader(properties).objects('Tags').map((tag) => [tag.string('Key'), tag.string('Value')]));
}

/** Of the account's 1,000 a hundred stay for functions without a share of their own (LMB-041). */
const MOST_RESERVED = 900;

/** @throws ResourceFailure when the functions together reserve more than they may */
function reservedConcurrency(context: ResourceContext, arn: string): number | undefined {
  const wanted = new PropertyReader(context.properties).optionalInteger('ReservedConcurrentExecutions');
  if (wanted === undefined) return undefined;
  const others = context.account.directory
    .list('function')
    .reduce((sum, [, other]) => sum + (other instanceof LambdaFunction && other.arn !== arn ? (other.reservedConcurrency ?? 0) : 0), 0);
  if (others + wanted <= MOST_RESERVED) return wanted;
  throw new ResourceFailure(
    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    { property: 'ReservedConcurrentExecutions', fix: `All functions together may reserve ${MOST_RESERVED}; the others have ${others}.` },
  );
}

/** @throws ResourceFailure */
function readSettings(context: ResourceContext, name: string): FunctionSettings {
  const properties = new PropertyReader(context.properties);
  const code = findPackage(context, 'Code');
  const runtime = properties.string('Runtime');
  const roleArn = readRole(context);
  return {
    functionName: name,
    functionArn: functionArn(context.account, name),
    version: '$LATEST',
    runtime,
    handler: isNodeRuntime(runtime) ? properties.string('Handler') : (properties.optionalString('Handler') ?? ''),
    codeDirectory: code.directory,
    layers: properties.strings('Layers').map((arn) => layerDirectory(context, arn)),
    timeoutMs: properties.integer('Timeout', DEFAULT_TIMEOUT_SECONDS) * 1000,
    memoryMb: properties.integer('MemorySize', DEFAULT_MEMORY_MB),
    // A function calls what answers here.
    variables: new PropertyReader(context.local).object('Environment')?.stringMap('Variables') ?? {},
    logGroup: properties.object('LoggingConfig')?.optionalString('LogGroup') ?? `/aws/lambda/${name}`,
    codeHash: code.hash,
    ...readJsonLogging(properties.object('LoggingConfig')),
    ...readVpc(properties),
    ...(roleArn === undefined ? {} : { roleArn }),
  };
}

/** JSON has the levels INFO by default (LMB-049). */
function readJsonLogging(config: PropertyReader | undefined): Pick<FunctionSettings, 'json'> {
  if (config?.optionalString('LogFormat') !== 'JSON') return {};
  return {
    json: {
      applicationLevel: config.optionalString('ApplicationLogLevel') ?? 'INFO',
      systemLevel: config.optionalString('SystemLogLevel') ?? 'INFO',
    },
  };
}

/** LMB-055: without subnets and groups it is in no VPC. */
function readVpc(properties: PropertyReader): { readonly vpc?: FunctionVpc } {
  const config = properties.object('VpcConfig');
  const subnetIds = [...new Set(config?.strings('SubnetIds') ?? [])];
  if (config === undefined || subnetIds.length === 0) return {};
  return { vpc: { subnetIds, securityGroupIds: config.strings('SecurityGroupIds') } };
}

/** @throws ResourceFailure when Lambda may not assume it (LMB-010) */
function readRole(context: ResourceContext): string | undefined {
  const arn = new PropertyReader(context.properties).optionalString('Role');
  if (arn === undefined || serviceMayAssume(context.account, arn, 'lambda.amazonaws.com')) return arn;
  throw new ResourceFailure('The role defined for the function cannot be assumed by Lambda.', {
    property: 'Role',
    fix: 'Let the trust policy of the role (AssumeRolePolicyDocument) allow sts:AssumeRole to {"Service": "lambda.amazonaws.com"}.',
  });
}

function layerDirectory(context: ResourceContext, arn: string): string {
  const layer = context.account.directory.find('layer', arn);
  if (layer !== undefined) return layer.directory;
  // LMB-008
  throw new ResourceFailure(`Layer version ${arn} does not exist.`, {
    property: 'Layers',
    fix: 'Only layers of the template can be used here.',
  });
}
