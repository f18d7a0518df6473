import { readBody as readObject } from '../../../capabilities/bucket.ts';
import { blob, flag, integer, list, mapOf, structure, text, unserved } from '../../input-shape.ts';
import { ResourceFailure } from '../../resource-type.ts';
import { ServiceError } from '../../service-error.ts';
import { unpackArchive } from '../deployment-package.ts';
import { checkFunction } from '../function-check.ts';
import type { FunctionSettings } from '../function-settings.ts';
import { describeFunction } from './describe-function.ts';
import { readBody, type FunctionAnswer, type FunctionCall } from './function-call.ts';

/** New environments run the new code; what runs goes on until they are ready (LMB-002). */
export async function updateFunctionCode(call: FunctionCall): Promise<FunctionAnswer> {
  const { target } = call.use('UpdateFunctionCode');
  const input = readBody(
    {
      ZipFile: blob(),
      S3Bucket: text({ min: 3, max: 63 }),
      S3Key: text({ min: 1, max: 1024 }),
      S3ObjectVersion: unserved('S3ObjectVersion of UpdateFunctionCode'),
      ImageUri: unserved('ImageUri of UpdateFunctionCode'),
      Publish: flag(),
      DryRun: flag(),
      Architectures: list(text({ oneOf: ['x86_64', 'arm64'] })),
      RevisionId: text(),
    },
    call.body,
  );
  checkRevision(input.RevisionId, target.revisionId);
  const archive = input.ZipFile ?? (await readArchive(call, input.S3Bucket, input.S3Key));
  const code = unpack(call, archive);
  if (input.DryRun === true) return { status: 200, body: describeFunction(target) };
  await target.reconfigure({ codeDirectory: code.directory, codeHash: code.hash });
  const version = input.Publish === true ? target.publish(true) : undefined;
  return { status: 200, body: describeFunction(target, version) };
}

/** @throws ServiceError (LMB-009) */
async function readArchive(call: FunctionCall, bucketName: string | undefined, key: string | undefined): Promise<Buffer> {
  if (bucketName === undefined || key === undefined) throw invalid('Please provide a source for function code.');
  call.demandObject(bucketName, key);
  const bucket = call.account.directory.find('bucket', bucketName);
  const object = bucket?.get(key);
  if (object !== undefined) return readObject(object.body);
  throw invalid(
    bucket === undefined
      ? 'Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist'
      : 'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
  );
}

function unpack({ account }: FunctionCall, archive: Buffer): ReturnType<typeof unpackArchive> {
  try {
    return unpackArchive(account, archive);
  } catch (error) {
    // LMB-006
    if (error instanceof ResourceFailure) throw invalid(error.message);
    throw error;
  }
}

export async function updateFunctionConfiguration(call: FunctionCall): Promise<FunctionAnswer> {
  const { target } = call.use('UpdateFunctionConfiguration');
  const input = readBody(
    {
      Timeout: integer({ min: 1, max: 900 }),
      MemorySize: integer({ min: 128, max: 10_240 }),
      Handler: text({ max: 128, pattern: String.raw`[^\s]+` }),
      Environment: structure({ Variables: mapOf(text()) }),
      RevisionId: text(),
      Description: unserved('Description of UpdateFunctionConfiguration'),
      Role: text({ pattern: String.raw`arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+` }),
      Runtime: unserved('Runtime of UpdateFunctionConfiguration (change the template)'),
      Layers: unserved('Layers of UpdateFunctionConfiguration (change the template)'),
      VpcConfig: unserved('VpcConfig of UpdateFunctionConfiguration'),
      LoggingConfig: unserved('LoggingConfig of UpdateFunctionConfiguration'),
      DeadLetterConfig: unserved('DeadLetterConfig of UpdateFunctionConfiguration'),
      KMSKeyArn: unserved('KMSKeyArn of UpdateFunctionConfiguration'),
      TracingConfig: unserved('TracingConfig of UpdateFunctionConfiguration'),
      FileSystemConfigs: unserved('FileSystemConfigs of UpdateFunctionConfiguration'),
      EphemeralStorage: unserved('EphemeralStorage of UpdateFunctionConfiguration'),
      SnapStart: unserved('SnapStart of UpdateFunctionConfiguration'),
    },
    call.body,
  );
  checkRevision(input.RevisionId, target.revisionId);
  const variables = input.Environment?.Variables;
  const [finding] = variables === undefined ? [] : checkFunction({ Runtime: 'nodejs22.x', Environment: { Variables: variables } }, {});
  // LMB-011 to LMB-013
  if (finding !== undefined) throw invalid(finding.message);
  if (input.Role !== undefined) call.demandPassing(input.Role);
  const changes: Partial<FunctionSettings> = {
    ...(input.Role === undefined ? {} : { roleArn: input.Role }),
    ...(input.Timeout === undefined ? {} : { timeoutMs: input.Timeout * 1000 }),
    ...(input.MemorySize === undefined ? {} : { memoryMb: input.MemorySize }),
    ...(input.Handler === undefined ? {} : { handler: input.Handler }),
    ...(input.Environment === undefined ? {} : { variables: variables ?? {} }),
  };
  await target.reconfigure(changes);
  return { status: 200, body: describeFunction(target) };
}

/** @throws ServiceError for a former revision */
export function checkRevision(given: string | undefined, current: string): void {
  if (given === undefined || given === current) return;
  throw new ServiceError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    { status: 412 },
  );
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message);
}
