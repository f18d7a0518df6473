import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from '../../service-error.ts';
import type { FunctionSettings } from '../function-settings.ts';
import type { LambdaFunction } from '../lambda-function.ts';

/** What Lambda says of a function, or of a version of it (LMB-001, LMB-002). @throws ServiceError for a version that is not there */
export function describeFunction(
  target: LambdaFunction,
  qualifier?: string,
): Readonly<Record<string, unknown>> & { readonly CodeSha256: string; readonly RevisionId: string } {
  const settings = target.settingsOf(qualifier);
  if (settings === undefined) {
    throw new ServiceError('ResourceNotFoundException', `Function not found: ${target.arn}:${qualifier}`, { status: 404 });
  }
  const suffix = qualifier === undefined ? '' : `:${qualifier}`;
  const names = Object.keys(settings.variables);
  return {
    FunctionName: settings.functionName,
    FunctionArn: `${settings.functionArn}${suffix}`,
    Runtime: settings.runtime,
    ...(settings.roleArn === undefined ? {} : { Role: settings.roleArn }),
    Handler: settings.handler,
    CodeSize: sizeOf(settings.codeDirectory),
    Description: '',
    Timeout: settings.timeoutMs / 1000,
    MemorySize: settings.memoryMb,
    LastModified: new Date(target.modifiedAt).toISOString().replace('Z', '+0000'),
    CodeSha256: digestOf(settings),
    Version: settings.version,
    ...(names.length === 0 ? {} : { Environment: { Variables: settings.variables } }),
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: target.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [process.arch === 'arm64' ? 'arm64' : 'x86_64'],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: {
      ...(settings.json === undefined
        ? { LogFormat: 'Text' }
        : { LogFormat: 'JSON', ApplicationLogLevel: settings.json.applicationLevel, SystemLogLevel: settings.json.systemLevel }),
      LogGroup: settings.logGroup,
    },
  };
}

/** Of the unpacked files, as no archive is kept. */
function sizeOf(directory: string): number {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true }).reduce(
      (sum, entry) => sum + (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0),
      0,
    );
  } catch {
    return 0;
  }
}

function digestOf({ codeHash }: FunctionSettings): string {
  const isDigest = /^[0-9a-f]{64}$/.test(codeHash);
  return (isDigest ? Buffer.from(codeHash, 'hex') : Buffer.from(codeHash.padEnd(32, '.').slice(0, 32))).toString('base64');
}
