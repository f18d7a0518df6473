import { list, required, structure, text, type Shape } from '../input-shape.ts';
import { ServiceError } from '../service-error.ts';
import type { LiveParameter } from './live-parameter.ts';

export interface ParameterFilter {
  readonly Key: string;
  readonly Option?: string;
  readonly Values?: readonly string[];
}

export const filterList: Shape<readonly ParameterFilter[]> = list(
  structure({
    Key: required(text({ min: 1, max: 132, pattern: String.raw`tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType` })),
    Option: text({ min: 1, max: 10 }),
    Values: list(text({ min: 1, max: 1024 }), { min: 1, max: 50 }),
  }),
);

/** Keys that GetParametersByPath takes; DescribeParameters takes all but Label. */
export const byPathFilterKeys: readonly string[] = ['Type', 'KeyId', 'Label'];
export const describeFilterKeys: readonly string[] = ['Path', 'Name', 'Type', 'KeyId', 'Tier', 'DataType', 'tag:'];

/** Systems Manager API Reference, ParameterStringFilter. @throws ServiceError */
export function matchesFilters(parameter: LiveParameter, filters: readonly ParameterFilter[], keys: readonly string[]): boolean {
  return filters.every((filter) => matches(parameter, filter, keys));
}

function matches(parameter: LiveParameter, filter: ParameterFilter, keys: readonly string[]): boolean {
  const { Key: key, Values: values = [] } = filter;
  if (!keys.some((each) => (each === 'tag:' ? key.startsWith(each) : each === key))) {
    throw new ServiceError(
      'InvalidFilterKey',
      `The following filter key is not valid: ${key}. Valid filter keys include: [${keys.join(', ')}].`,
    );
  }
  if (key === 'Label') return true;
  if (key === 'Path') return values.some((value) => isBelow(parameter.name, value, checkOption(filter, ['OneLevel', 'Recursive'])));
  if (key.startsWith('tag:')) {
    const value = parameter.record.tags[key.slice('tag:'.length)];
    return value !== undefined && (values.length === 0 || values.includes(value));
  }
  const own = propertyOf(parameter, key);
  const option = checkOption(filter, key === 'Name' ? ['Equals', 'BeginsWith', 'Contains'] : ['Equals', 'BeginsWith']);
  return values.some((value) => {
    if (option === 'Contains') return own.includes(value);
    return option === 'BeginsWith' ? own.startsWith(value) : own === value || (key === 'Name' && own === `/${value}`);
  });
}

function propertyOf({ name, latest }: LiveParameter, key: string): string {
  switch (key) {
    case 'Name':
      return name;
    case 'Type':
      return latest.type;
    case 'Tier':
      return latest.tier;
    case 'DataType':
      return latest.dataType;
    default:
      return latest.type === 'SecureString' ? 'alias/aws/ssm' : '';
  }
}

/** The first of `options` is the default. */
function checkOption({ Key: key, Option: option }: ParameterFilter, options: readonly string[]): string {
  if (option === undefined) return options[0]!;
  if (options.includes(option)) return option;
  throw new ServiceError(
    'InvalidFilterOption',
    `The following filter option is not valid: ${option}. Valid options include: [${options.join(', ')}] for the filter key ${key}.`,
  );
}

function isBelow(name: string, path: string, option: string): boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  if (!name.startsWith(prefix)) return false;
  return option === 'Recursive' || !name.slice(prefix.length).includes('/');
}
