import { textOf } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { ServiceError } from '../service-error.ts';
import { parametersOf, type ParameterStore } from './parameter-store.ts';
import { checkPattern, chooseTier } from './parameter-value.ts';

/** `AWS::SSM::Parameter`: its value reaches tasks (`Secrets`), the template (`{{resolve:ssm:...}}`) and who asks the API. */
export const parameter: ResourceType = {
  type: 'AWS::SSM::Parameter',
  scope: 'simulated',
  properties: {
    AllowedPattern: 'simulated',
    DataType: 'simulated',
    Description: 'simulated',
    Name: 'simulated',
    Tags: 'simulated',
    Tier: 'simulated',
    Type: 'simulated',
    Value: 'simulated',
    Policies: { inert: 'parameters do not expire here, and nobody is told of them' },
  },
  required: ['Type', 'Value'],
  attributes: ['Arn', 'Type', 'Value'],
  replacedBy: ['Name'],
  check: checkParameter,
  create: createParameter,
  async forget(account, ref) {
    await parametersOf(account).delete(ref);
  },
};

function checkParameter(properties: Properties): Finding[] {
  const type = textOf(properties['Type']);
  if (type === undefined || type === 'String' || type === 'StringList') return [];
  return [
    {
      property: 'Type',
      kind: 'invalid',
      message: `${type} is not a valid enum value`,
      fix: 'Allowed: String, StringList. CloudFormation makes no SecureString.',
    },
  ];
}

async function createParameter(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const store = parametersOf(account);
  const name = new PropertyReader(context.properties).optionalString('Name') ?? context.physicalName();
  if (context.kept === 'unfinished') await store.delete(name);
  const existing = store.find(name);
  if (existing !== undefined && context.kept === undefined) {
    throw new ResourceFailure('The parameter already exists. To overwrite this value, set the overwrite option in the request to true.', {
      property: 'Name',
      fix: `Delete the parameter ${name}, or give this one another name.`,
    });
  }
  const arn = store.arnOf(name);
  const describe = async ({ properties }: ResourceContext): Promise<Resource> => {
    const reader = new PropertyReader(properties);
    const { type, value } = await store.inTurn(name, () => putTemplateValue(store, name, reader));
    return {
      ref: name,
      attributes: { Arn: arn, Type: type, Value: value },
      update: describe,
      async reset() {
        await store.inTurn(name, async () => {
          await store.delete(name);
          await putTemplateValue(store, name, reader);
        });
        return { parameters: 1 };
      },
      async delete() {
        await store.inTurn(name, () => store.delete(name));
      },
      // It outlives the engine, if anything does.
      stopNow: () => Promise.resolve(),
    };
  };
  return describe(context);
}

/** A value that somebody put by hand stays until the template says another. @throws ResourceFailure */
async function putTemplateValue(
  store: ParameterStore,
  name: string,
  reader: PropertyReader,
): Promise<{ readonly type: string; readonly value: string }> {
  const value = reader.string('Value');
  const type = reader.oneOf('Type', ['String', 'StringList'], 'String');
  const description = reader.optionalString('Description');
  const allowedPattern = reader.optionalString('AllowedPattern');
  const tags = readTags(reader);
  const before = store.find(name);
  if (before !== undefined && before.record.templateValue === value) {
    await store.change(before, { tags });
    return { type, value };
  }
  try {
    checkPattern(value, allowedPattern);
    const tier = chooseTier(value, reader.oneOf('Tier', ['Standard', 'Advanced', 'Intelligent-Tiering'], 'Standard'), before?.latest.tier);
    await store.put(
      name,
      {
        type,
        value,
        tier,
        dataType: reader.optionalString('DataType') ?? 'text',
        modifiedBy: `arn:${store.account.partition}:iam::${store.account.id}:user/developer`,
        ...(description === undefined ? {} : { description }),
        ...(allowedPattern === undefined ? {} : { allowedPattern }),
      },
      { tags, templateValue: value },
    );
  } catch (error) {
    if (error instanceof ServiceError) throw new ResourceFailure(error.message, { property: 'Value', cause: error });
    throw error;
  }
  return { type, value };
}

/** CloudFormation has a map here, not a list. */
function readTags(reader: PropertyReader): Readonly<Record<string, string>> {
  return reader.object('Tags') === undefined ? {} : reader.stringMap('Tags');
}
