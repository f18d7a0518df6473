import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';
import { apiOf, asResourceFailure } from './belongs-to-api.ts';
import { plainStage } from './stage-settings.ts';

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
  if (stageName !== undefined) api.serve(stageName, id, plainStage);
  const remove = async (): Promise<void> => {
    if (stageName !== undefined && api.servedBy(stageName) === id) api.removeStage(stageName);
    api.removeDeployment(id);
  };
  const resource: Resource = {
    ref: id,
    attributes: { DeploymentId: id },
    update: () => Promise.resolve(resource),
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
