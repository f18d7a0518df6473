import { getApiMapping, getApiMappings, getDomainName, getDomainNames, getTags, getVpcLink, getVpcLinks } from './account-operations.ts';
import {
  getApi,
  getApis,
  getAuthorizer,
  getAuthorizers,
  getIntegration,
  getIntegrations,
  getRoute,
  getRoutes,
} from './http-api-operations.ts';
import { getDeployment, getDeployments, getStage, getStages, resetAuthorizersCache } from './stage-operations.ts';
import type { RestOperation } from '../../rest-json-service.ts';
import { unservedHttpApiOperations } from './unserved-operations.ts';

/** Operations of API Gateway V2 (API Reference, version 2018-11-29). */
export const httpApiOperations: readonly RestOperation[] = [
  { name: 'GetApis', method: 'GET', path: '/v2/apis', run: getApis },
  { name: 'GetApi', method: 'GET', path: '/v2/apis/{apiId}', run: getApi },
  { name: 'GetRoutes', method: 'GET', path: '/v2/apis/{apiId}/routes', run: getRoutes },
  { name: 'GetRoute', method: 'GET', path: '/v2/apis/{apiId}/routes/{routeId}', run: getRoute },
  { name: 'GetIntegrations', method: 'GET', path: '/v2/apis/{apiId}/integrations', run: getIntegrations },
  { name: 'GetIntegration', method: 'GET', path: '/v2/apis/{apiId}/integrations/{integrationId}', run: getIntegration },
  { name: 'GetAuthorizers', method: 'GET', path: '/v2/apis/{apiId}/authorizers', run: getAuthorizers },
  { name: 'GetAuthorizer', method: 'GET', path: '/v2/apis/{apiId}/authorizers/{authorizerId}', run: getAuthorizer },
  { name: 'GetStages', method: 'GET', path: '/v2/apis/{apiId}/stages', run: getStages },
  { name: 'GetStage', method: 'GET', path: '/v2/apis/{apiId}/stages/{stageName}', run: getStage },
  { name: 'GetDeployments', method: 'GET', path: '/v2/apis/{apiId}/deployments', run: getDeployments },
  { name: 'GetDeployment', method: 'GET', path: '/v2/apis/{apiId}/deployments/{deploymentId}', run: getDeployment },
  {
    name: 'ResetAuthorizersCache',
    method: 'DELETE',
    path: '/v2/apis/{apiId}/stages/{stageName}/cache/authorizers',
    run: resetAuthorizersCache,
  },
  { name: 'GetVpcLinks', method: 'GET', path: '/v2/vpclinks', run: getVpcLinks },
  { name: 'GetVpcLink', method: 'GET', path: '/v2/vpclinks/{vpcLinkId}', run: getVpcLink },
  { name: 'GetDomainNames', method: 'GET', path: '/v2/domainnames', run: getDomainNames },
  { name: 'GetDomainName', method: 'GET', path: '/v2/domainnames/{domainName}', run: getDomainName },
  { name: 'GetApiMappings', method: 'GET', path: '/v2/domainnames/{domainName}/apimappings', run: getApiMappings },
  { name: 'GetApiMapping', method: 'GET', path: '/v2/domainnames/{domainName}/apimappings/{apiMappingId}', run: getApiMapping },
  { name: 'GetTags', method: 'GET', path: '/v2/tags/{resource-arn}', run: getTags },
  ...unservedHttpApiOperations,
];
