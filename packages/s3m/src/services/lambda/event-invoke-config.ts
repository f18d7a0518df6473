import { isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { defaultEventSettings, type EventSettings } from './event-queue.ts';
import { findFunction } from './function-reference.ts';
import { LambdaFunction } from './lambda-function.ts';

/** How a function, or a version or alias of it, is given events asynchronously (LMB-042). */
export const eventInvokeConfig: ResourceType = {
  type: 'AWS::Lambda::EventInvokeConfig',
  scope: 'simulated',
  properties: {
    FunctionName: 'simulated',
    Qualifier: 'simulated',
    MaximumRetryAttempts: 'simulated',
    MaximumEventAgeInSeconds: 'simulated',
  },
  required: ['FunctionName', 'Qualifier'],
  attributes: [],
  replacedBy: ['FunctionName', 'Qualifier'],
  check,
  create,
};

function check(properties: Properties): readonly Finding[] {
  return [
    ...checkRange(properties, 'MaximumRetryAttempts', 'maximumRetryAttempts', 0, 2),
    ...checkRange(properties, 'MaximumEventAgeInSeconds', 'maximumEventAgeInSeconds', 60, 21_600),
  ];
}

function checkRange(properties: Properties, property: string, parameter: string, least: number, most: number): Finding[] {
  const value = properties[property];
  if (value === undefined || isUnresolved(value)) return [];
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return [];
  const bound = number > most ? `less than or equal to ${most}` : `greater than or equal to ${least}`;
  return [
    {
      property,
      kind: 'invalid',
      message: `1 validation error detected: Value '${String(value)}' at '${parameter}' failed to satisfy constraint: Member must have value ${bound}`,
    },
  ];
}

async function create(context: ResourceContext): Promise<Resource> {
  const properties = new PropertyReader(context.properties);
  const target = findFunction(context.account, properties.string('FunctionName'), 'FunctionName');
  const qualifier = properties.string('Qualifier');
  const ref = context.physicalName({ max: 64 });
  if (!(target instanceof LambdaFunction)) return { ref, attributes: {}, delete: () => Promise.resolve() };
  if (!target.hasVersion(qualifier) && !target.aliases.has(qualifier)) {
    throw new ResourceFailure(`The function ${target.arn}:${qualifier} doesn't exist.`, { property: 'Qualifier' });
  }
  target.setEventSettings(qualifier, readSettings(context));
  const resource: Resource = {
    ref,
    attributes: {},
    async update(next) {
      target.setEventSettings(qualifier, readSettings(next));
      return resource;
    },
    delete: () => Promise.resolve(target.setEventSettings(qualifier, undefined)),
  };
  return resource;
}

function readSettings({ properties }: ResourceContext): EventSettings {
  const reader = new PropertyReader(properties);
  return {
    maxRetries: reader.integer('MaximumRetryAttempts', defaultEventSettings.maxRetries),
    maxAgeMs: reader.integer('MaximumEventAgeInSeconds', defaultEventSettings.maxAgeMs / 1000) * 1000,
  };
}
