import { ensureLogGroup } from '../log-groups.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';

/** Makes a log group that is not there yet; how long events are kept has no effect, since they live in memory (CFN-039). */
export const logRetention: ResourceType = {
  type: 'Custom::LogRetention',
  scope: 'simulated',
  properties: {
    ServiceToken: { inert: 'the engine does what the function would do' },
    LogGroupName: 'simulated',
    LogGroupRegion: { inert: 'there is one region' },
    RetentionInDays: { inert: 'the newest events of this run are kept' },
    RemovalPolicy: { inert: 'log groups end with the engine' },
    SdkRetry: { inert: 'nothing is sent that could fail' },
    Tags: { inert: 'nothing here decides by tags' },
  },
  required: ['LogGroupName'],
  attributes: ['LogGroupName'],
  create: (context) => Promise.resolve(describe(context)),
};

function describe(context: ResourceContext): Resource {
  const name = new PropertyReader(context.properties).string('LogGroupName');
  ensureLogGroup(context.account.directory, name);
  return {
    ref: name,
    attributes: { LogGroupName: name },
    update: (next) => Promise.resolve(describe(next)),
    delete: () => Promise.resolve(),
  };
}
