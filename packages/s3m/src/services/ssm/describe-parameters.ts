import { flag, integer, list, required, structure, text } from '../input-shape.ts';
import { operation, type JsonOperation } from '../json-service.ts';
import { pageOf } from '../page.ts';
import { ServiceError, unsupported } from '../service-error.ts';
import { describeFilterKeys, filterList, matchesFilters } from './parameter-filters.ts';
import type { ParameterStore } from './parameter-store.ts';
import { describeVersion, invalidToken } from './read-parameters.ts';

const oldFilters = list(
  structure({
    Key: required(text({ oneOf: ['Name', 'Type', 'KeyId'] })),
    Values: required(list(text({ min: 1, max: 1024 }), { min: 1, max: 50 })),
  }),
);

/** Systems Manager API Reference, DescribeParameters */
export const describeParameters: JsonOperation<ParameterStore> = operation(
  {
    Filters: oldFilters,
    ParameterFilters: filterList,
    MaxResults: integer({ min: 1, max: 50 }),
    NextToken: text(),
    Shared: flag(),
  },
  (store: ParameterStore, input, { account, demand }) => {
    const { partition, region, id } = account;
    demand({ action: 'ssm:DescribeParameters', resource: `arn:${partition}:ssm:${region}:${id}:*` });
    if (input.Filters !== undefined && input.ParameterFilters !== undefined)
      throw new ServiceError('ValidationException', 'You can use either Filters or ParameterFilters in a single request.');
    if (input.Shared === true) throw unsupported('Shared of DescribeParameters is not supported here: there is one account');
    const filters =
      input.ParameterFilters ?? (input.Filters ?? []).map((each) => ({ ...each, Option: each.Key === 'Name' ? 'BeginsWith' : 'Equals' }));
    const found = store.all().filter((parameter) => matchesFilters(parameter, filters, describeFilterKeys));
    const page = pageOf(found, input.NextToken, input.MaxResults ?? 50, invalidToken);
    return {
      Parameters: page.items.map((parameter) => ({ Name: parameter.name, ARN: parameter.arn, ...describeVersion(parameter.latest) })),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
);
