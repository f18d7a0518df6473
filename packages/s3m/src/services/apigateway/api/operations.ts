import {
  getAccount,
  getBasePathMapping,
  getBasePathMappings,
  getClientCertificate,
  getClientCertificates,
  getDomainName,
  getDomainNames,
  getTags,
  getVpcLink,
  getVpcLinks,
} from './account-operations.ts';
import { getGatewayResponse, getGatewayResponses } from './gateway-response-operations.ts';
import { getIntegration, getIntegrationResponse, getMethod, getMethodResponse } from './method-operations.ts';
import { getAuthorizer, getAuthorizers, getModel, getModels, getRequestValidator, getRequestValidators } from './part-operations.ts';
import { getResource, getResources, getRestApi, getRestApis } from './rest-api-operations.ts';
import { flushStageAuthorizersCache, flushStageCache, getDeployment, getDeployments, getStage, getStages } from './stage-operations.ts';
import { getApiKey, getApiKeys, getUsagePlan, getUsagePlanKey, getUsagePlanKeys, getUsagePlans } from './usage-operations.ts';
import { testInvokeAuthorizer } from '../test-invoke/test-invoke-authorizer.ts';
import { testInvokeMethod } from '../test-invoke/test-invoke-method.ts';
import type { RestOperation } from '../../rest-json-service.ts';
import { unservedRestApiOperations } from './unserved-operations.ts';

/** Operations of API Gateway (API Reference, version 2015-07-09). */
export const restApiOperations: readonly RestOperation[] = [
  { name: 'GetRestApis', method: 'GET', path: '/restapis', run: getRestApis },
  { name: 'GetRestApi', method: 'GET', path: '/restapis/{restapi_id}', run: getRestApi },
  { name: 'GetResources', method: 'GET', path: '/restapis/{restapi_id}/resources', run: getResources },
  { name: 'GetResource', method: 'GET', path: '/restapis/{restapi_id}/resources/{resource_id}', run: getResource },
  { name: 'GetMethod', method: 'GET', path: '/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}', run: getMethod },
  {
    name: 'GetMethodResponse',
    method: 'GET',
    path: '/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}',
    run: getMethodResponse,
  },
  {
    name: 'GetIntegration',
    method: 'GET',
    path: '/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration',
    run: getIntegration,
  },
  {
    name: 'GetIntegrationResponse',
    method: 'GET',
    path: '/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}',
    run: getIntegrationResponse,
  },
  { name: 'GetStages', method: 'GET', path: '/restapis/{restapi_id}/stages', run: getStages },
  { name: 'GetStage', method: 'GET', path: '/restapis/{restapi_id}/stages/{stage_name}', run: getStage },
  { name: 'GetDeployments', method: 'GET', path: '/restapis/{restapi_id}/deployments', run: getDeployments },
  { name: 'GetDeployment', method: 'GET', path: '/restapis/{restapi_id}/deployments/{deployment_id}', run: getDeployment },
  {
    name: 'FlushStageAuthorizersCache',
    method: 'DELETE',
    path: '/restapis/{restapi_id}/stages/{stage_name}/cache/authorizers',
    run: flushStageAuthorizersCache,
  },
  { name: 'FlushStageCache', method: 'DELETE', path: '/restapis/{restapi_id}/stages/{stage_name}/cache/data', run: flushStageCache },
  { name: 'GetGatewayResponses', method: 'GET', path: '/restapis/{restapi_id}/gatewayresponses', run: getGatewayResponses },
  { name: 'GetGatewayResponse', method: 'GET', path: '/restapis/{restapi_id}/gatewayresponses/{response_type}', run: getGatewayResponse },
  { name: 'GetAuthorizers', method: 'GET', path: '/restapis/{restapi_id}/authorizers', run: getAuthorizers },
  { name: 'GetAuthorizer', method: 'GET', path: '/restapis/{restapi_id}/authorizers/{authorizer_id}', run: getAuthorizer },
  { name: 'GetModels', method: 'GET', path: '/restapis/{restapi_id}/models', run: getModels },
  { name: 'GetModel', method: 'GET', path: '/restapis/{restapi_id}/models/{model_name}', run: getModel },
  { name: 'GetRequestValidators', method: 'GET', path: '/restapis/{restapi_id}/requestvalidators', run: getRequestValidators },
  {
    name: 'GetRequestValidator',
    method: 'GET',
    path: '/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}',
    run: getRequestValidator,
  },
  { name: 'GetUsagePlans', method: 'GET', path: '/usageplans', run: getUsagePlans },
  { name: 'GetUsagePlan', method: 'GET', path: '/usageplans/{usageplanId}', run: getUsagePlan },
  { name: 'GetUsagePlanKeys', method: 'GET', path: '/usageplans/{usageplanId}/keys', run: getUsagePlanKeys },
  { name: 'GetUsagePlanKey', method: 'GET', path: '/usageplans/{usageplanId}/keys/{keyId}', run: getUsagePlanKey },
  { name: 'GetApiKeys', method: 'GET', path: '/apikeys', run: getApiKeys },
  { name: 'GetApiKey', method: 'GET', path: '/apikeys/{api_Key}', run: getApiKey },
  { name: 'GetAccount', method: 'GET', path: '/account', run: getAccount },
  { name: 'GetVpcLinks', method: 'GET', path: '/vpclinks', run: getVpcLinks },
  { name: 'GetVpcLink', method: 'GET', path: '/vpclinks/{vpclink_id}', run: getVpcLink },
  { name: 'GetDomainNames', method: 'GET', path: '/domainnames', run: getDomainNames },
  { name: 'GetDomainName', method: 'GET', path: '/domainnames/{domain_name}', run: getDomainName },
  { name: 'GetBasePathMappings', method: 'GET', path: '/domainnames/{domain_name}/basepathmappings', run: getBasePathMappings },
  { name: 'GetBasePathMapping', method: 'GET', path: '/domainnames/{domain_name}/basepathmappings/{base_path}', run: getBasePathMapping },
  { name: 'GetClientCertificates', method: 'GET', path: '/clientcertificates', run: getClientCertificates },
  { name: 'GetClientCertificate', method: 'GET', path: '/clientcertificates/{clientcertificate_id}', run: getClientCertificate },
  { name: 'GetTags', method: 'GET', path: '/tags/{resource_arn}', run: getTags },
  {
    name: 'TestInvokeMethod',
    method: 'POST',
    path: '/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}',
    run: testInvokeMethod,
  },
  { name: 'TestInvokeAuthorizer', method: 'POST', path: '/restapis/{restapi_id}/authorizers/{authorizer_id}', run: testInvokeAuthorizer },
  ...unservedRestApiOperations,
];
