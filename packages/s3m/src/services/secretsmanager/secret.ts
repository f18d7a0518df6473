import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { generatePassword } from './generate-password.ts';
import { StoredSecret } from './stored-secret.ts';

/** `AWS::SecretsManager::Secret`: its value reaches tasks (`Secrets`) and the template (`{{resolve:secretsmanager:...}}`). */
export const secret: ResourceType = {
  type: 'AWS::SecretsManager::Secret',
  scope: 'simulated',
  properties: {
    Name: 'simulated',
    SecretString: 'simulated',
    'GenerateSecretString.SecretStringTemplate': 'simulated',
    'GenerateSecretString.GenerateStringKey': 'simulated',
    'GenerateSecretString.PasswordLength': 'simulated',
    'GenerateSecretString.ExcludeCharacters': 'simulated',
    'GenerateSecretString.ExcludeLowercase': 'simulated',
    'GenerateSecretString.ExcludeUppercase': 'simulated',
    'GenerateSecretString.ExcludeNumbers': 'simulated',
    'GenerateSecretString.ExcludePunctuation': 'simulated',
    'GenerateSecretString.IncludeSpace': 'simulated',
    'GenerateSecretString.RequireEachIncludedType': 'simulated',
    Description: { inert: 'a text for people' },
    KmsKeyId: { inert: 'secrets stay in memory' },
    Tags: { inert: 'tags have no effect here' },
  },
  attributes: ['Id'],
  replacedBy: ['Name'],
  check: checkSecret,
  create,
};

function checkSecret(properties: Properties): Finding[] {
  const generate = properties['GenerateSecretString'];
  if (generate === undefined || generate === null) return [];
  if (properties['SecretString'] !== undefined) {
    return [
      {
        property: 'GenerateSecretString',
        kind: 'invalid',
        message: "You can't specify both GenerateSecretString and SecretString.",
        fix: 'Leave one of them out.',
      },
    ];
  }
  if (!isObject(generate)) return [];
  const [template, key] = [generate['SecretStringTemplate'], generate['GenerateStringKey']];
  if ((template === undefined) === (key === undefined)) return [];
  return [
    {
      property: 'GenerateSecretString',
      kind: 'invalid',
      message: 'SecretStringTemplate and GenerateStringKey must be specified together.',
      fix: `Add ${template === undefined ? 'SecretStringTemplate' : 'GenerateStringKey'}.`,
    },
  ];
}

async function create(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const name = new PropertyReader(context.properties).optionalString('Name') ?? context.physicalName();
  if (account.directory.list('secret').some(([, other]) => other.name === name)) {
    // IAM-040
    throw new ResourceFailure(`The operation failed because the secret ${name} already exists.`, { property: 'Name' });
  }
  const arn = `arn:${account.partition}:secretsmanager:${account.region}:${account.id}:secret:${name}-${context.physicalId(6, 'base36', 'secret')}`;
  const stored = new StoredSecret(arn, name);
  const value = valueOf(context.properties);
  if (value !== undefined) stored.put(value);
  const withdraw = account.directory.provide('secret', arn, stored);
  const describe = ({ properties }: ResourceContext): Resource => ({
    ref: arn,
    attributes: { Id: arn },
    update: (next) => {
      // A generated value stays until its rules change.
      const generated = next.properties['GenerateSecretString'];
      const same = generated !== undefined && isDeepStrictEqual(generated, properties['GenerateSecretString']);
      const changed = same ? undefined : valueOf(next.properties);
      if (changed !== undefined) stored.put(changed);
      return Promise.resolve(describe(next));
    },
    delete: () => Promise.resolve(withdraw()),
  });
  return describe(context);
}

/** Undefined for a secret without a value, which has no version. */
function valueOf(properties: Properties): string | undefined {
  const reader = new PropertyReader(properties);
  const rules = reader.object('GenerateSecretString');
  if (rules === undefined) return reader.optionalString('SecretString');
  const password = generatePassword({
    length: rules.integer('PasswordLength', 32),
    excludeCharacters: rules.optionalString('ExcludeCharacters') ?? '',
    excludeLowercase: rules.boolean('ExcludeLowercase', false),
    excludeUppercase: rules.boolean('ExcludeUppercase', false),
    excludeNumbers: rules.boolean('ExcludeNumbers', false),
    excludePunctuation: rules.boolean('ExcludePunctuation', false),
    includeSpace: rules.boolean('IncludeSpace', false),
    requireEachIncludedType: rules.boolean('RequireEachIncludedType', true),
  });
  if (password === undefined) {
    throw new ResourceFailure(
      'The password cannot be generated: too many characters are excluded, or it is too short to have one of each kind.',
      {
        property: 'GenerateSecretString',
      },
    );
  }
  const template = rules.optionalString('SecretStringTemplate');
  const key = rules.optionalString('GenerateStringKey');
  return template === undefined || key === undefined ? password : JSON.stringify({ ...parseTemplate(template), [key]: password });
}

function parseTemplate(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below, as for any other text that is no JSON object.
  }
  throw new ResourceFailure('SecretStringTemplate must be a JSON object.', { property: 'GenerateSecretString.SecretStringTemplate' });
}
