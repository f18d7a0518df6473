import { randomUUID } from 'node:crypto';
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
import type { LiveSecret } from './live-secret.ts';
import { secretsOf, type SecretStore } from './secret-store.ts';

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
    Description: 'simulated',
    KmsKeyId: { inert: 'secrets are not encrypted here' },
    Tags: 'simulated',
  },
  attributes: ['Id'],
  replacedBy: ['Name'],
  check: checkSecret,
  create,
  async forget(account, ref) {
    const store = secretsOf(account);
    const secret = store.find(ref);
    if (secret !== undefined) await store.delete(secret);
  },
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
  const store = secretsOf(account);
  const name = new PropertyReader(context.properties).optionalString('Name') ?? context.physicalName();
  const arn = store.arnOf(name, context.physicalId(6, 'base36', 'secret'));
  const existing = store.find(name);
  if (existing !== undefined && context.kept === 'unfinished') await store.delete(existing);
  else if (existing !== undefined && (context.kept === undefined || existing.arn !== arn)) {
    // IAM-040
    throw new ResourceFailure(`The operation failed because the secret ${name} already exists.`, { property: 'Name' });
  }
  let secret = store.find(name) ?? (await store.create({ arn, name, tags: {} }));
  const describe = async ({ properties }: ResourceContext): Promise<Resource> => {
    await store.inTurn(name, () => describeSecret(store, secret, properties));
    return {
      ref: arn,
      attributes: { Id: arn },
      update: describe,
      async reset() {
        await store.inTurn(name, async () => {
          await store.delete(secret);
          secret = await store.create({ arn, name, tags: {} });
          await describeSecret(store, secret, properties);
        });
        return { secrets: 1 };
      },
      delete: () => store.inTurn(name, () => store.delete(secret)),
      stopNow: () => Promise.resolve(),
    };
  };
  return describe(context);
}

/** A generated value stays until its rules change, and one that was put by hand until the template says another. */
async function describeSecret(store: SecretStore, secret: LiveSecret, properties: Properties): Promise<void> {
  const reader = new PropertyReader(properties);
  const description = reader.optionalString('Description');
  const tags = Object.fromEntries(reader.objects('Tags').map((tag) => [tag.string('Key'), tag.string('Value')]));
  const described = { tags, ...(description === undefined ? {} : { description }) };
  const templateValue = JSON.stringify([properties['SecretString'], properties['GenerateSecretString']]);
  const value = secret.record.templateValue === templateValue ? undefined : valueOf(properties);
  if (value === undefined) await store.change(secret, { ...described, templateValue });
  else await store.putVersion(secret, { id: randomUUID(), SecretString: value }, undefined, { ...described, templateValue });
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
