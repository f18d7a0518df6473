import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { asResourceFailure, httpApiOf } from './belongs-to-http-api.ts';

/** What an HTTP API consisted of when this was created, for stages without `AutoDeploy` (AG-559). */
export const httpDeployment: ResourceType = {
  type: 'AWS::ApiGatewayV2::Deployment',
  scope: 'simulated',
  properties: { ApiId: 'simulated', StageName: 'simulated', Description: { inert: 'text for people' } },
  required: ['ApiId'],
  attributes: ['DeploymentId'],
  replacedBy: ['ApiId'],
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const api = httpApiOf(context);
  const id = context.physicalId(6, 'base36');
  asResourceFailure(() => api.deploy(id));
  const point = ({ properties }: Pick<ResourceContext, 'properties'>): void => {
    const stageName = new PropertyReader(properties).optionalString('StageName');
    if (stageName !== undefined) api.pointStage(stageName, id);
  };
  point(context);
  const resource: Resource = {
    ref: id,
    attributes: { DeploymentId: id },
    update: async (next) => {
      point(next);
      return resource;
    },
    delete: () => Promise.resolve(api.removeDeployment(id)),
  };
  return resource;
}
