import { ServiceError, unsupported } from '../service-error.ts';
import type { LiveParameter, ParameterVersion } from './live-parameter.ts';
import type { ParameterStore } from './parameter-store.ts';

const maxLevels = 15;

/** Whether a parameter of this name may be made. Source: Systems Manager API Reference, PutParameter, "Name". @throws ServiceError */
export function checkNewName(name: string): void {
  const isPath = name.slice(1).includes('/');
  if (/^\/aws/i.test(name) && isPath) throw new ServiceError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  if (name.includes('/') && !name.startsWith('/')) throw invalidName('Parameter name must be a fully qualified name.');
  const levels = name.split('/').length - 1;
  if (levels > maxLevels) {
    throw new ServiceError(
      'HierarchyLevelLimitExceededException',
      `A hierarchy can have a maximum of ${maxLevels} levels. For more information, see Requirements and constraints for parameter names in the AWS Systems Manager User Guide.`,
    );
  }
  const prefixes = isPath ? /^\/?ssm/i : /^\/?(aws|ssm)/i;
  if (!prefixes.test(name) && /^[A-Za-z0-9._/-]+$/.test(name) && !name.includes('//') && !name.endsWith('/')) return;
  throw invalidName(
    isPath
      ? 'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_'
      : 'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
  );
}

function invalidName(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

/** What `Name` asks for: a name or an ARN, and a version or label after a colon. */
export interface ParameterReference {
  readonly name: string;
  /** `:3` or `:label`, as it was given; empty for the newest version. */
  readonly selector: string;
}

/** @throws ServiceError for AWS's own parameters, which are not here */
export function parseReference(store: ParameterStore, text: string): ParameterReference {
  const arn = /^arn:[^:]*:ssm:[^:]*:[^:]*:parameter(\/[^:]*)(:.*)?$/.exec(text);
  const [path, rest] = arn === null ? [undefined, undefined] : [arn[1]!, arn[2] ?? ''];
  const colon = text.indexOf(':');
  const plain = colon === -1 ? text : text.slice(0, colon);
  const name = path === undefined ? plain : store.find(path) === undefined ? path.slice(1) : path;
  if (name.startsWith('/aws/service/'))
    throw unsupported(`The public parameter ${name} is one of AWS's own, and those are not kept here; put it under a name of yours`);
  return { name, selector: rest ?? (colon === -1 ? '' : text.slice(colon)) };
}

export interface FoundParameter {
  readonly parameter: LiveParameter;
  readonly version: ParameterVersion;
  readonly selector: string;
}

/** @throws ServiceError when there is no such parameter, version or label */
export function findReferenced(store: ParameterStore, { name, selector }: ParameterReference): FoundParameter {
  const parameter = store.find(name);
  if (parameter === undefined) throw new ServiceError('ParameterNotFound');
  if (selector === '') return { parameter, version: parameter.latest, selector };
  const wanted = selector.slice(1);
  const isNumber = /^\d+$/.test(wanted);
  const version = isNumber ? parameter.find(Number(wanted)) : parameter.labelled(wanted);
  if (version !== undefined) return { parameter, version, selector };
  throw new ServiceError(
    'ParameterVersionNotFound',
    isNumber
      ? `Systems Manager could not find version ${wanted} of ${name}. Verify the version and try again.`
      : `Systems Manager could not find label ${wanted} for parameter ${name}. Verify the label and try again.`,
  );
}
