import { flag, list, required, structure, text, unserved, type Shape } from '../input-shape.ts';
import { changeOperation, type JsonOperation } from '../json-service.ts';
import { ServiceError } from '../service-error.ts';
import { checkNewName } from './parameter-name.ts';
import type { ParameterStore } from './parameter-store.ts';
import { checkPattern, chooseTier, invalid } from './parameter-value.ts';

const dataTypes = new Set(['text', 'aws:ec2:image', 'aws:ssm:integration']);

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export const tagList: Shape<readonly Tag[]> = list(
  structure({ Key: required(text({ min: 1, max: 128 })), Value: required(text({ max: 256 })) }),
  {
    max: 1000,
  },
);

/** Systems Manager API Reference, PutParameter */
export const putParameter: JsonOperation<ParameterStore> = changeOperation(
  {
    Name: required(text({ min: 1, max: 2048 })),
    Value: required(text({ min: 1, sensitive: true })),
    Type: text({ oneOf: ['SecureString', 'StringList', 'String'] }),
    Description: text({ max: 1024 }),
    KeyId: text({ min: 1, max: 256 }),
    Overwrite: flag(),
    AllowedPattern: text({ max: 1024 }),
    Tags: tagList,
    Tier: text({ oneOf: ['Standard', 'Advanced', 'Intelligent-Tiering'] }),
    Policies: unserved('Policies of PutParameter (expiration and its notices)'),
    DataType: text({ max: 128 }),
  },
  ({ Name }) => Name,
  async (store: ParameterStore, input, { caller, demand }) => {
    const { Name: name, Value: value } = input;
    const before = store.find(name);
    demand({ action: 'ssm:PutParameter', resource: store.arnOf(name) });
    if (before === undefined) checkNewName(name);
    if (before !== undefined && input.Overwrite !== true) {
      throw new ServiceError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    if (input.Overwrite === true && input.Tags !== undefined) {
      throw invalid(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
      );
    }
    const type = input.Type ?? before?.latest.type;
    if (type === undefined) throw invalid('A parameter type is required when you create a parameter.');
    if (input.KeyId !== undefined && input.KeyId !== 'alias/aws/ssm') {
      const found = 'there is no KMS, and what a key of yours allows cannot be checked';
      throw new ServiceError('UnsupportedOperation', `KeyId of PutParameter is not supported here but alias/aws/ssm: ${found}`, {
        status: 501,
      });
    }
    const dataType = input.DataType ?? before?.latest.dataType ?? 'text';
    if (!dataTypes.has(dataType))
      throw invalid(`The following data type is not supported: ${dataType} (Data type names are all lowercase.)`);
    const allowedPattern = input.AllowedPattern ?? before?.latest.allowedPattern;
    checkPattern(value, allowedPattern);
    const description = input.Description ?? before?.latest.description;
    const tier = chooseTier(value, input.Tier, before?.latest.tier);
    const added = await store.put(
      name,
      {
        type,
        value,
        tier,
        dataType,
        modifiedBy: caller.arn,
        ...(description === undefined ? {} : { description }),
        ...(allowedPattern === undefined || allowedPattern === '' ? {} : { allowedPattern }),
      },
      before === undefined ? { tags: Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value])) } : {},
    );
    return { Tier: added.tier, Version: added.version };
  },
);
