import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { apiOf, asResourceFailure } from './belongs-to-api.ts';

/** What an API consisted of when this was created (AG-456, AG-524). A later change needs another deployment. */
export const deployment: ResourceType = {
  type: 'AWS::ApiGateway::Deployment',
  scope: 'simulated',
  properties: { RestApiId: 'simulated', Description: { inert: 'text for people' }, StageName: 'simulated' },
  required: ['RestApiId'],
  attributes: ['DeploymentId'],
  replacedBy: ['RestApiId', 'StageName'],
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const api = apiOf(context);
  const id = context.physicalId(6, 'base36');
  const stageName = new PropertyReader(context.properties).optionalString('StageName');
  asResourceFailure(() => api.deploy(id));
  if (stageName !== undefined) api.serve(stageName, id, {});
  const resource: Resource = {
    ref: id,
    attributes: { DeploymentId: id },
    update: () => Promise.resolve(resource),
    delete: async () => {
      if (stageName !== undefined && api.servedBy(stageName) === id) api.removeStage(stageName);
      api.removeDeployment(id);
    },
  };
  return resource;
}
