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
import { apiOf, asResourceFailure } from './belongs-to-api.ts';
import { invalid } from './finding.ts';
import { parseStageDescription, stageDescriptionProperties, toStage } from './stage-description.ts';
import { stage } from './stage.ts';

/** What an API consisted of when this was created (AG-456, AG-524). A later change needs another deployment. */
export const deployment: ResourceType = {
  type: 'AWS::ApiGateway::Deployment',
  scope: 'simulated',
  properties: {
    RestApiId: 'simulated',
    Description: { inert: 'text for people' },
    StageName: 'simulated',
    ...stageDescriptionProperties,
  },
  required: ['RestApiId'],
  attributes: ['DeploymentId'],
  replacedBy: ['RestApiId', 'StageName'],
  check,
  create,
};

function check({ StageName: name, StageDescription: description }: Properties): readonly Finding[] {
  if (!isObject(description)) return [];
  if (name === undefined) return [invalid('StageDescription', "StageDescription cannot be specified when stage name isn't specified")];
  return (stage.check?.(toStage(description), {}) ?? []).map((finding) => ({
    ...finding,
    property: `StageDescription.${finding.property}`,
  }));
}

async function create(context: ResourceContext): Promise<Resource> {
  const api = apiOf(context);
  const id = context.physicalId(6, 'base36');
  const stageName = new PropertyReader(context.properties).optionalString('StageName');
  asResourceFailure(() => api.deploy(id));
  if (stageName !== undefined)
    asResourceFailure(() => api.serve(stageName, id, parseStageDescription(context.properties['StageDescription'])));
  const remove = async (): Promise<void> => {
    if (stageName !== undefined && api.servedBy(stageName) === id) api.removeStage(stageName);
    api.removeDeployment(id);
  };
  const resource: Resource = {
    ref: id,
    attributes: { DeploymentId: id },
    update: async ({ properties }) => {
      if (stageName !== undefined && api.servedBy(stageName) === id) {
        api.serve(stageName, id, parseStageDescription(properties['StageDescription']));
      }
      return resource;
    },
    delete: async () => {
      const others = api.stagesOf(id).filter((stage) => stage !== stageName);
      if (others.length > 0) {
        // AG-458
        throw new ResourceFailure('Active stages pointing to this deployment must be moved or deleted', {
          fix: `Point ${others.join(', ')} to another deployment first.`,
        });
      }
      await remove();
    },
    stopNow: remove,
  };
  return resource;
}
