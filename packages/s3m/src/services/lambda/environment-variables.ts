import { delimiter, dirname, join } from 'node:path';
import { credentialVariables, type TemporaryCredentials } from '../role-session.ts';
import { isNodeRuntime, nodeMajor, type FunctionSettings } from './function-settings.ts';

/**
 * The whole environment of a function's process (LMB-022): what Lambda sets, the function's own variables, and what the account gives to
 * everything that runs in it. Nothing of the engine's own environment. Lambda's come last: the function cannot set them (LMB-011).
 */
export function environmentVariables(
  settings: FunctionSettings,
  options: {
    readonly account: Readonly<Record<string, string>>;
    readonly credentials: TemporaryCredentials | undefined;
    readonly region: string;
    readonly runtimeApi: string;
    readonly logStream: string;
    readonly runtimeDirectory: string;
  },
): Record<string, string> {
  const node = isNodeRuntime(settings.runtime);
  const path = ['/usr/local/bin', '/usr/bin/', '/bin', '/opt/bin'];
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    // Nothing listens there: traces go nowhere, quickly.
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    _AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1',
    _AWS_XRAY_DAEMON_PORT: '2000',
    ...(node && settings.layers.length > 0 ? { NODE_PATH: layerModules(settings).join(delimiter) } : {}),
    ...options.account,
    PATH: [...(node ? [dirname(process.execPath)] : []), ...path].join(delimiter),
    ...settings.variables,
    ...(options.credentials === undefined ? {} : credentialVariables(options.credentials)),
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: settings.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: settings.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: settings.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: options.logStream,
    ...(settings.json === undefined ? {} : { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: settings.json.applicationLevel }),
    AWS_LAMBDA_RUNTIME_API: options.runtimeApi,
    AWS_REGION: options.region,
    AWS_DEFAULT_REGION: options.region,
    LAMBDA_TASK_ROOT: settings.codeDirectory,
    LAMBDA_RUNTIME_DIR: options.runtimeDirectory,
    PWD: settings.codeDirectory,
    SHLVL: '0',
    _HANDLER: settings.handler,
  };
}

/** Where Node looks in layers (LMB-015). Later layers overwrite earlier ones, so they come first. */
function layerModules(settings: FunctionSettings): string[] {
  const major = nodeMajor(settings.runtime);
  const byOrder = settings.layers.toReversed();
  return [
    ...byOrder.map((layer) => join(layer, 'nodejs', `node${major}`, 'node_modules')),
    ...byOrder.map((layer) => join(layer, 'nodejs', 'node_modules')),
  ];
}
