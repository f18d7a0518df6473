import { createHash } from 'node:crypto';
import { flag, integer, list, required, text } from '../input-shape.ts';
import { operation, type JsonOperation } from '../json-service.ts';
import { pageOf } from '../page.ts';
import { ServiceError } from '../service-error.ts';
import type { LiveParameter, ParameterVersion } from './live-parameter.ts';
import { byPathFilterKeys, filterList, matchesFilters } from './parameter-filters.ts';
import { findReferenced, parseReference, type FoundParameter } from './parameter-name.ts';
import type { ParameterStore } from './parameter-store.ts';

const name = text({ min: 1, max: 2048 });

/** Systems Manager API Reference, GetParameter */
export const getParameter: JsonOperation<ParameterStore> = operation(
  { Name: required(name), WithDecryption: flag() },
  (store: ParameterStore, input, { demand }) => {
    const reference = parseReference(store, input.Name);
    demand({ action: 'ssm:GetParameter', resource: store.arnOf(reference.name) });
    return { Parameter: describeValue(findReferenced(store, reference), input.WithDecryption === true) };
  },
);

/** Systems Manager API Reference, GetParameters */
export const getParameters: JsonOperation<ParameterStore> = operation(
  { Names: required(list(name, { min: 1, max: 10 })), WithDecryption: flag() },
  (store: ParameterStore, input, { demand }) => {
    const references = input.Names.map((each) => parseReference(store, each));
    for (const reference of references) demand({ action: 'ssm:GetParameters', resource: store.arnOf(reference.name) });
    const parameters: object[] = [];
    const missing: string[] = [];
    for (const [index, reference] of references.entries()) {
      try {
        parameters.push(describeValue(findReferenced(store, reference), input.WithDecryption === true));
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        missing.push(input.Names[index]!);
      }
    }
    return { Parameters: parameters, InvalidParameters: missing };
  },
);

/** Systems Manager API Reference, GetParametersByPath */
export const getParametersByPath: JsonOperation<ParameterStore> = operation(
  {
    Path: required(name),
    Recursive: flag(),
    ParameterFilters: filterList,
    WithDecryption: flag(),
    MaxResults: integer({ min: 1, max: 10 }),
    NextToken: text(),
  },
  (store: ParameterStore, input, { demand }) => {
    if (!/^\/([A-Za-z0-9._-]+\/?)*$/.test(input.Path)) {
      throw new ServiceError(
        'ValidationException',
        'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
      );
    }
    const path = input.Path.endsWith('/') ? input.Path : `${input.Path}/`;
    if (path.startsWith('/aws/service/')) parseReference(store, path);
    demand({ action: 'ssm:GetParametersByPath', resource: store.arnOf(input.Path) });
    const found = store
      .all()
      .filter(
        (parameter) => parameter.name.startsWith(path) && (input.Recursive === true || !parameter.name.slice(path.length).includes('/')),
      )
      .map((parameter) => selectVersion(parameter, input.ParameterFilters))
      .filter((each) => each !== undefined)
      .filter(({ parameter }) => matchesFilters(parameter, input.ParameterFilters ?? [], byPathFilterKeys));
    const page = pageOf(found, input.NextToken, input.MaxResults ?? 10, invalidToken);
    return {
      Parameters: page.items.map((each) => describeValue(each, input.WithDecryption === true)),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
);

/** The version with the label that a filter asks for, or the newest. */
function selectVersion(
  parameter: LiveParameter,
  filters: readonly { readonly Key: string; readonly Values?: readonly string[] }[] = [],
): FoundParameter | undefined {
  const label = filters.find(({ Key }) => Key === 'Label')?.Values;
  if (label === undefined) return { parameter, version: parameter.latest, selector: '' };
  const version = parameter.record.versions.findLast(({ labels }) => labels.some((each) => label.includes(each)));
  return version === undefined ? undefined : { parameter, version, selector: '' };
}

/** Systems Manager API Reference, GetParameterHistory */
export const getParameterHistory: JsonOperation<ParameterStore> = operation(
  { Name: required(name), WithDecryption: flag(), MaxResults: integer({ min: 1, max: 50 }), NextToken: text() },
  (store: ParameterStore, input, { demand }) => {
    const reference = parseReference(store, input.Name);
    demand({ action: 'ssm:GetParameterHistory', resource: store.arnOf(reference.name) });
    const { parameter } = findReferenced(store, { name: reference.name, selector: '' });
    const page = pageOf(parameter.record.versions, input.NextToken, input.MaxResults ?? 50, invalidToken);
    return {
      Parameters: page.items.map((version) => ({
        Name: parameter.name,
        Value: visibleValue(version, input.WithDecryption === true),
        Labels: version.labels,
        ...describeVersion(version),
      })),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
);

/** What DescribeParameters and GetParameterHistory both say of a version. */
export function describeVersion(version: ParameterVersion): object {
  return {
    Type: version.type,
    ...(version.type === 'SecureString' ? { KeyId: 'alias/aws/ssm' } : {}),
    LastModifiedDate: version.modifiedAt / 1000,
    LastModifiedUser: version.modifiedBy,
    ...(version.description === undefined ? {} : { Description: version.description }),
    ...(version.allowedPattern === undefined ? {} : { AllowedPattern: version.allowedPattern }),
    Version: version.version,
    Tier: version.tier,
    Policies: [],
    DataType: version.dataType,
  };
}

function describeValue({ parameter, version, selector }: FoundParameter, decrypt: boolean): object {
  return {
    Name: parameter.name,
    Type: version.type,
    Value: visibleValue(version, decrypt),
    Version: version.version,
    ...(selector === '' ? {} : { Selector: selector }),
    LastModifiedDate: version.modifiedAt / 1000,
    ARN: parameter.arn,
    DataType: version.dataType,
  };
}

/** There is no KMS: what stands for the ciphertext tells nothing of the value. */
function visibleValue({ type, value, modifiedAt }: ParameterVersion, decrypt: boolean): string {
  if (type !== 'SecureString' || decrypt) return value;
  const digest = createHash('sha512').update(`${modifiedAt}${value}`).digest();
  return `AQICAHh${digest.toString('base64')}`;
}

export function invalidToken(): ServiceError {
  return new ServiceError('InvalidNextToken', 'The specified token is not valid.');
}
