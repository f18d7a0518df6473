import type { Finding, Properties, ResourceName, Value } from '../resource-type.ts';
import { isUnresolved } from '../known-value.ts';
import { isNodeRuntime, isProvidedRuntime } from './function-settings.ts';
import { providerReason } from './provider-function.ts';

/** LMB-011 */
const RESERVED = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);
const MAX_ENVIRONMENT_BYTES = 4096;
const OTHER_RUNTIME = /^(python3\.\d+|java\d+(\.al2)?|dotnet\d+|ruby\d\.\d+)$/;

/** What AWS would refuse in a function (LMB-004, 005, 007, 011 to 013), and what cannot run here. */
export function checkFunction(properties: Properties, metadata: Properties, name?: ResourceName): Finding[] {
  return [
    ...checkName(known(properties['FunctionName'])),
    ...checkHandler(known(properties['Handler'])),
    ...checkRuntime(properties, metadata, name),
    ...checkRange(properties, 'MemorySize', 'memorySize', 128, 10_240),
    ...checkRange(properties, 'Timeout', 'timeout', 1, 900),
    ...checkVariables(properties['Environment']),
    ...checkLayers(properties['Layers']),
    ...checkLogging(properties['LoggingConfig']),
    ...checkVpc(properties),
  ];
}

function checkName(name: Value | undefined): Finding[] {
  if (typeof name !== 'string') return [];
  if (name.length > 64 || !/^[a-zA-Z0-9-_]+$/.test(name) || /^\d+$/.test(name)) {
    return [
      invalid(
        'FunctionName',
        `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9-_]+`,
        'Use 1 to 64 letters, digits, hyphens and underscores, not digits alone.',
      ),
    ];
  }
  return [];
}

function checkHandler(handler: Value | undefined): Finding[] {
  if (typeof handler !== 'string' || (handler.length <= 128 && /^\S+$/.test(handler))) return [];
  return [
    invalid(
      'Handler',
      `1 validation error detected: Value '${handler}' at 'handler' failed to satisfy constraint: Member must satisfy regular expression pattern: [^\\s]+`,
      'Use FILE.EXPORT without blanks, at most 128 characters.',
    ),
  ];
}

function checkRuntime(properties: Properties, metadata: Properties, name: ResourceName | undefined): Finding[] {
  const runtime = known(properties['Runtime']);
  if (runtime === undefined && (known(properties['PackageType']) ?? 'Zip') === 'Zip' && properties['Runtime'] === undefined) {
    return [
      invalid(
        'Runtime',
        'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
        'Give Runtime, such as nodejs22.x.',
      ),
    ];
  }
  if (typeof runtime !== 'string') return [];
  if (isNodeRuntime(runtime) || isProvidedRuntime(runtime)) return checkSupported(runtime);
  if (!OTHER_RUNTIME.test(runtime)) return [unknownRuntime(runtime)];
  if (providerReason(name, properties, metadata) !== undefined) return [];
  return [
    {
      property: 'Runtime',
      kind: 'unsupported',
      message: `Functions with runtime ${runtime} are not run here: only Node.js (nodejs*) and custom runtimes (provided*) are`,
      fix: 'Use a Node.js runtime, or accept it: the function exists then, and every invocation is refused.',
    },
  ];
}

function checkSupported(runtime: string): Finding[] {
  if (/^provided(\.al2|\.al2023)?$/.test(runtime)) return [];
  const major = Number(/^nodejs(\d+)\.x$/.exec(runtime)?.[1] ?? Number.NaN);
  if (Number.isNaN(major)) return [unknownRuntime(runtime)];
  if (major >= 18) return [];
  // LMB-007, LMB-072
  const message = `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`;
  return [invalid('Runtime', message, 'Use nodejs22.x or later.')];
}

function unknownRuntime(runtime: string): Finding {
  return invalid(
    'Runtime',
    `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs20.x, nodejs22.x, nodejs24.x, provided.al2, provided.al2023, ...] or be a valid ARN`,
    'Use nodejs22.x or later.',
  );
}

function checkRange(properties: Properties, property: string, parameter: string, least: number, most: number): Finding[] {
  const value = known(properties[property]);
  if (value === undefined) return [];
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return [];
  const bound = number > most ? `less than or equal to ${most}` : `greater than or equal to ${least}`;
  return [
    invalid(
      property,
      `1 validation error detected: Value '${String(value)}' at '${parameter}' failed to satisfy constraint: Member must have value ${bound}`,
      `Use a whole number from ${least} to ${most}.`,
    ),
  ];
}

function checkVariables(environment: Value | undefined): Finding[] {
  if (!isObject(environment) || !isObject(environment['Variables'])) return [];
  const variables = environment['Variables'];
  const names = Object.keys(variables);
  const findings: Finding[] = [];
  const reserved = names.filter((name) => RESERVED.has(name));
  if (reserved.length > 0) {
    findings.push(
      invalid(
        'Environment.Variables',
        `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
        'Lambda sets these itself; choose other names.',
      ),
    );
  }
  for (const name of names.filter((each) => !/^[a-zA-Z][a-zA-Z0-9_]+$/.test(each) && !RESERVED.has(each))) {
    findings.push(
      invalid(
        `Environment.Variables.${name}`,
        `1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]`,
        `Name "${name}" must start with a letter and have at least two letters, digits and underscores.`,
      ),
    );
  }
  const json = JSON.stringify(variables);
  const isKnown = Object.values(variables).every((value) => known(value) !== undefined);
  if (isKnown && Buffer.byteLength(json) > MAX_ENVIRONMENT_BYTES) {
    findings.push(
      invalid(
        'Environment.Variables',
        `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${json}`,
        'Keep large values in a file, a parameter or a secret.',
      ),
    );
  }
  return findings;
}

function checkLayers(layers: Value | undefined): Finding[] {
  // LMB-008
  return Array.isArray(layers) && layers.length > 5 ? [invalid('Layers', 'Cannot reference more than 5 layers.', 'Merge layers.')] : [];
}

const logging = {
  LogFormat: ['logFormat', ['JSON', 'Text']],
  ApplicationLogLevel: ['applicationLogLevel', ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']],
  SystemLogLevel: ['systemLogLevel', ['DEBUG', 'INFO', 'WARN']],
} as const;

function checkLogging(config: Value | undefined): Finding[] {
  if (!isObject(config)) return [];
  return Object.entries(logging).flatMap(([property, [member, allowed]]) => {
    const value = known(config[property]);
    if (value === undefined || allowed.some((each) => each === value)) return [];
    const message = `1 validation error detected: Value '${String(value)}' at 'loggingConfig.${member}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`;
    return [invalid(`LoggingConfig.${property}`, message, `Use one of ${allowed.join(', ')}.`)];
  });
}

/** LMB-055 */
function checkVpc(properties: Properties): Finding[] {
  const config = properties['VpcConfig'];
  if (!isObject(config)) return [];
  const findings: Finding[] = [];
  const none = (value: Value | undefined): boolean => value === undefined || (Array.isArray(value) && value.length === 0);
  if (none(config['SubnetIds']) !== none(config['SecurityGroupIds'])) {
    findings.push(
      invalid(
        'VpcConfig',
        'SubnetIds and SecurityIds must coexist or be both empty list.',
        'Give at least one subnet and one security group.',
      ),
    );
  }
  const runtime = known(properties['Runtime']);
  if (typeof runtime === 'string' && isProvidedRuntime(runtime) && !none(config['SubnetIds'])) {
    findings.push({
      property: 'VpcConfig',
      kind: 'unsupported',
      message: `what a function with runtime ${runtime} connects to is not held against the rules of its VPC: only that of Node.js functions is`,
      fix: 'Use a Node.js runtime.',
    });
  }
  return findings;
}

function invalid(property: string, message: string, fix: string): Finding {
  return { property, kind: 'invalid', message, fix };
}

function known(value: Value | undefined): Value | undefined {
  return isUnresolved(value) ? undefined : value;
}

function isObject(value: Value | undefined): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
