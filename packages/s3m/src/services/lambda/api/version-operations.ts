import { createHash } from 'node:crypto';
import { required, text, unserved } from '../../input-shape.ts';
import { ServiceError } from '../../service-error.ts';
import type { AliasTarget, LambdaFunction } from '../lambda-function.ts';
import { describeFunction } from './describe-function.ts';
import { pageOfCall, readBody, type FunctionAnswer, type FunctionCall } from './function-call.ts';
import { checkRevision } from './update-operations.ts';

/** The version that is there where nothing has changed since (LMB-014). */
export function publishVersion(call: FunctionCall): FunctionAnswer {
  const { target } = call.use('PublishVersion');
  const input = readBody({ CodeSha256: text(), RevisionId: text(), Description: unserved('Description of PublishVersion') }, call.body);
  const { CodeSha256: digest, RevisionId: revision } = describeFunction(target);
  if (input.CodeSha256 !== undefined && input.CodeSha256 !== digest) {
    const message = `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${digest}). Please try again with the CodeSHA256 in $LATEST.`;
    throw new ServiceError('InvalidParameterValueException', message);
  }
  checkRevision(input.RevisionId, revision);
  return { status: 201, body: describeFunction(target, target.publish(true)) };
}

export function listVersionsByFunction(call: FunctionCall): FunctionAnswer {
  const { target } = call.use('ListVersionsByFunction');
  const { items, more } = pageOfCall(call, ['$LATEST', ...target.versions]);
  return { status: 200, body: { Versions: items.map((version) => describeFunction(target, version)), ...more } };
}

export function createAlias(call: FunctionCall): FunctionAnswer {
  const { target } = call.use('CreateAlias');
  const input = readBody(
    {
      Name: required(text({ min: 1, max: 128, pattern: String.raw`(?!^[0-9]+$)([a-zA-Z0-9-_]+)` })),
      FunctionVersion: required(text({ min: 1, max: 1024, pattern: String.raw`(\$LATEST|[0-9]+)` })),
      Description: unserved('Description of CreateAlias'),
      RoutingConfig: unserved('RoutingConfig of CreateAlias (AWS::Lambda::Alias has it)'),
    },
    call.body,
  );
  const { Name: name, FunctionVersion: version } = input;
  if (target.aliases.has(name))
    throw new ServiceError('ResourceConflictException', `Alias already exists: ${arnOf(target, name)}`, { status: 409 });
  setAlias(target, name, { version });
  return { status: 201, body: describeAlias(target, name) };
}

export function getAlias(call: FunctionCall): FunctionAnswer {
  return { status: 200, body: describeAlias(call.use('GetAlias').target, call.path[1]!) };
}

export function listAliases(call: FunctionCall): FunctionAnswer {
  const { target } = call.use('ListAliases');
  const wanted = call.query.get('FunctionVersion');
  const names = [...target.aliases].filter(([, { version }]) => wanted === null || version === wanted).map(([name]) => name);
  const { items, more } = pageOfCall(call, names.toSorted());
  return { status: 200, body: { Aliases: items.map((name) => describeAlias(target, name)), ...more } };
}

export function updateAlias(call: FunctionCall): FunctionAnswer {
  const { target } = call.use('UpdateAlias');
  const name = call.path[1]!;
  const before = describeAlias(target, name);
  const input = readBody(
    {
      FunctionVersion: text({ min: 1, max: 1024, pattern: String.raw`(\$LATEST|[0-9]+)` }),
      RevisionId: text(),
      Description: unserved('Description of UpdateAlias'),
      RoutingConfig: unserved('RoutingConfig of UpdateAlias (AWS::Lambda::Alias has it)'),
    },
    call.body,
  );
  checkRevision(input.RevisionId, before.RevisionId);
  setAlias(target, name, { ...target.aliases.get(name), version: input.FunctionVersion ?? before.FunctionVersion });
  return { status: 200, body: describeAlias(target, name) };
}

/** Of one that is not there too. */
export function deleteAlias(call: FunctionCall): FunctionAnswer {
  call.use('DeleteAlias').target.setAlias(call.path[1]!, undefined);
  return { status: 204 };
}

function setAlias(target: LambdaFunction, name: string, to: AliasTarget): void {
  if (!target.hasVersion(to.version))
    throw new ServiceError('ResourceNotFoundException', `Function not found: ${arnOf(target, to.version)}`, { status: 404 });
  target.setAlias(name, to);
}

/** @throws ServiceError for one that is not there (LMB-014) */
function describeAlias(target: LambdaFunction, name: string) {
  const alias = target.aliases.get(name);
  if (alias === undefined)
    throw new ServiceError('ResourceNotFoundException', `Cannot find alias arn: ${arnOf(target, name)}`, { status: 404 });
  const { version, additional } = alias;
  return {
    AliasArn: arnOf(target, name),
    Name: name,
    FunctionVersion: version,
    Description: '',
    ...(additional === undefined ? {} : { RoutingConfig: { AdditionalVersionWeights: { [additional.version]: additional.weight } } }),
    RevisionId: revisionOf([target.arn, name, alias]),
  };
}

/** Another one for each change, in the form of a UUID. */
function revisionOf(value: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(value)).digest('hex');
  return digest.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function arnOf({ arn }: LambdaFunction, qualifier: string): string {
  return `${arn}:${qualifier}`;
}
