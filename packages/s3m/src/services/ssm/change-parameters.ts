import { integer, list, required, text } from '../input-shape.ts';
import { changeOperation, operation, type JsonOperation } from '../json-service.ts';
import { ServiceError } from '../service-error.ts';
import { findReferenced } from './parameter-name.ts';
import type { ParameterStore } from './parameter-store.ts';
import { tagList } from './put-parameter.ts';
import type { LiveParameter } from './live-parameter.ts';

const maxLabels = 10;
const name = text({ min: 1, max: 2048 });
const labels = list(text({ min: 1, max: 100 }), { min: 1, max: maxLabels });

/** Systems Manager API Reference, DeleteParameter */
export const deleteParameter: JsonOperation<ParameterStore> = changeOperation(
  { Name: required(name) },
  ({ Name }) => Name,
  async (store: ParameterStore, { Name: given }, { demand }) => {
    demand({ action: 'ssm:DeleteParameter', resource: store.arnOf(given) });
    if (!(await store.delete(given))) throw new ServiceError('ParameterNotFound');
    return {};
  },
);

/** Systems Manager API Reference, DeleteParameters */
export const deleteParameters: JsonOperation<ParameterStore> = operation(
  { Names: required(list(name, { min: 1, max: 10 })) },
  async (store: ParameterStore, { Names: names }, { demand }) => {
    for (const each of names) demand({ action: 'ssm:DeleteParameters', resource: store.arnOf(each) });
    const deleted: string[] = [];
    const missing: string[] = [];
    for (const each of names) ((await store.inTurn(each, () => store.delete(each))) ? deleted : missing).push(each);
    return { DeletedParameters: deleted, InvalidParameters: missing };
  },
);

/** Systems Manager API Reference, LabelParameterVersion: a label that is no label is answered, not refused. */
export const labelParameterVersion: JsonOperation<ParameterStore> = changeOperation(
  { Name: required(name), ParameterVersion: integer(), Labels: required(labels) },
  ({ Name }) => Name,
  async (store: ParameterStore, input, { demand }) => {
    demand({ action: 'ssm:LabelParameterVersion', resource: store.arnOf(input.Name) });
    const selector = input.ParameterVersion === undefined ? '' : `:${input.ParameterVersion}`;
    const { parameter, version } = findReferenced(store, { name: input.Name, selector });
    const invalid = input.Labels.filter((label) => !/^(?!\d|aws|ssm)[A-Za-z0-9._-]+$/i.test(label));
    const valid = input.Labels.filter((label) => !invalid.includes(label));
    const own = new Set([...version.labels, ...valid]);
    if (own.size > maxLabels) {
      throw new ServiceError(
        'ParameterVersionLabelLimitExceeded',
        `A parameter version can have maximum ${maxLabels} labels.Move one or more labels to another version and try again.`,
      );
    }
    await store.change(parameter, {
      versions: parameter.record.versions.map((each) => ({
        ...each,
        labels: each === version ? [...own] : each.labels.filter((label) => !valid.includes(label)),
      })),
    });
    return { InvalidLabels: invalid, ParameterVersion: version.version };
  },
);

/** Systems Manager API Reference, UnlabelParameterVersion */
export const unlabelParameterVersion: JsonOperation<ParameterStore> = changeOperation(
  { Name: required(name), ParameterVersion: required(integer()), Labels: required(labels) },
  ({ Name }) => Name,
  async (store: ParameterStore, input, { demand }) => {
    demand({ action: 'ssm:UnlabelParameterVersion', resource: store.arnOf(input.Name) });
    const { parameter, version } = findReferenced(store, { name: input.Name, selector: `:${input.ParameterVersion}` });
    const removed = input.Labels.filter((label) => version.labels.includes(label));
    await store.change(parameter, {
      versions: parameter.record.versions.map((each) =>
        each === version ? { ...each, labels: each.labels.filter((label) => !removed.includes(label)) } : each,
      ),
    });
    return { RemovedLabels: removed, InvalidLabels: input.Labels.filter((label) => !removed.includes(label)) };
  },
);

const resource = { ResourceType: required(text()), ResourceId: required(text({ min: 1 })) };

export const addTagsToResource: JsonOperation<ParameterStore> = changeOperation(
  { ...resource, Tags: required(tagList) },
  ({ ResourceId }) => ResourceId,
  async (store: ParameterStore, input, { demand }) => {
    demand({ action: 'ssm:AddTagsToResource', resource: store.arnOf(input.ResourceId) });
    const parameter = taggedParameter(store, input);
    await store.change(parameter, {
      tags: { ...parameter.record.tags, ...Object.fromEntries(input.Tags.map(({ Key, Value }) => [Key, Value])) },
    });
    return {};
  },
);

export const removeTagsFromResource: JsonOperation<ParameterStore> = changeOperation(
  { ...resource, TagKeys: required(list(text({ min: 1, max: 128 }))) },
  ({ ResourceId }) => ResourceId,
  async (store: ParameterStore, input, { demand }) => {
    demand({ action: 'ssm:RemoveTagsFromResource', resource: store.arnOf(input.ResourceId) });
    const parameter = taggedParameter(store, input);
    const tags = Object.fromEntries(Object.entries(parameter.record.tags).filter(([key]) => !input.TagKeys.includes(key)));
    await store.change(parameter, { tags });
    return {};
  },
);

export const listTagsForResource: JsonOperation<ParameterStore> = operation(resource, (store: ParameterStore, input, { demand }) => {
  demand({ action: 'ssm:ListTagsForResource', resource: store.arnOf(input.ResourceId) });
  const { tags } = taggedParameter(store, input).record;
  return { TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
});

function taggedParameter(
  store: ParameterStore,
  { ResourceType: type, ResourceId: id }: { readonly ResourceType: string; readonly ResourceId: string },
): LiveParameter {
  if (type !== 'Parameter') {
    throw new ServiceError('InvalidResourceType', `${type} is not a valid resource type. Valid resource types are: Parameter.`);
  }
  const parameter = store.find(id);
  if (parameter !== undefined) return parameter;
  throw new ServiceError('InvalidResourceId', 'The resource ID is not valid. Verify that you entered the correct ID and try again.');
}
