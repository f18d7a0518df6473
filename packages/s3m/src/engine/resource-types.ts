import { account } from '../services/apigateway/account.ts';
import { apiKey } from '../services/apigateway/api-key.ts';
import { authorizer } from '../services/apigateway/authorizer.ts';
import { basePathMapping } from '../services/apigateway/base-path-mapping.ts';
import { deployment } from '../services/apigateway/deployment.ts';
import { domainName } from '../services/apigateway/domain-name.ts';
import { gatewayResponse } from '../services/apigateway/gateway-response.ts';
import { method } from '../services/apigateway/method.ts';
import { model } from '../services/apigateway/model.ts';
import { requestValidator } from '../services/apigateway/request-validator.ts';
import { resource } from '../services/apigateway/resource.ts';
import { restApi } from '../services/apigateway/rest-api.ts';
import { stage } from '../services/apigateway/stage.ts';
import { usagePlanKey } from '../services/apigateway/usage-plan-key.ts';
import { usagePlan } from '../services/apigateway/usage-plan.ts';
import { vpcLink } from '../services/apigateway/vpc-link.ts';
import { apiMapping } from '../services/apigatewayv2/api-mapping.ts';
import { httpApi } from '../services/apigatewayv2/api.ts';
import { httpAuthorizer } from '../services/apigatewayv2/authorizer.ts';
import { httpDeployment } from '../services/apigatewayv2/deployment.ts';
import { httpDomainName } from '../services/apigatewayv2/domain-name.ts';
import { httpIntegration } from '../services/apigatewayv2/integration.ts';
import { httpRoute } from '../services/apigatewayv2/route.ts';
import { httpStage } from '../services/apigatewayv2/stage.ts';
import { vpcLink as vpcLinkV2 } from '../services/apigatewayv2/vpc-link.ts';
import { bucketDeployment } from '../services/cdk/bucket-deployment.ts';
import { certificate } from '../services/certificatemanager/certificate.ts';
import { cdkMetadata } from '../services/cdk/cdk-metadata.ts';
import { logRetention } from '../services/cdk/log-retention.ts';
import { s3AutoDeleteObjects } from '../services/cdk/s3-auto-delete-objects.ts';
import { vpcRestrictDefaultSg } from '../services/cdk/vpc-restrict-default-sg.ts';
import { userPoolClient } from '../services/cognito/user-pool-client.ts';
import { userPoolDomain } from '../services/cognito/user-pool-domain.ts';
import { userPoolGroup } from '../services/cognito/user-pool-group.ts';
import { userPoolResourceServer } from '../services/cognito/user-pool-resource-server.ts';
import { userPool } from '../services/cognito/user-pool.ts';
import { waitConditionHandle } from '../services/cloudformation/wait-condition-handle.ts';
import { globalTable } from '../services/dynamodb/global-table.ts';
import { table } from '../services/dynamodb/table.ts';
import { vpcCidrBlock } from '../services/ec2/vpc-cidr-block.ts';
import { vpcEndpoint } from '../services/ec2/vpc-endpoint.ts';
import { eip } from '../services/ec2/eip.ts';
import { flowLog } from '../services/ec2/flow-log.ts';
import { internetGateway } from '../services/ec2/internet-gateway.ts';
import { natGateway } from '../services/ec2/nat-gateway.ts';
import { networkAcl } from '../services/ec2/network-acl.ts';
import { networkAclEntry } from '../services/ec2/network-acl-entry.ts';
import { route } from '../services/ec2/route.ts';
import { routeTable } from '../services/ec2/route-table.ts';
import { securityGroup } from '../services/ec2/security-group.ts';
import { securityGroupEgress } from '../services/ec2/security-group-egress.ts';
import { securityGroupIngress } from '../services/ec2/security-group-ingress.ts';
import { subnet } from '../services/ec2/subnet.ts';
import { subnetNetworkAclAssociation } from '../services/ec2/subnet-network-acl-association.ts';
import { subnetRouteTableAssociation } from '../services/ec2/subnet-route-table-association.ts';
import { vpc } from '../services/ec2/vpc.ts';
import { vpcGatewayAttachment } from '../services/ec2/vpc-gateway-attachment.ts';
import { repository } from '../services/ecr/repository.ts';
import { cluster } from '../services/ecs/cluster.ts';
import { service } from '../services/ecs/service.ts';
import { taskDefinition } from '../services/ecs/task-definition.ts';
import { listener } from '../services/elasticloadbalancingv2/listener.ts';
import { listenerRule } from '../services/elasticloadbalancingv2/listener-rule.ts';
import { loadBalancer } from '../services/elasticloadbalancingv2/load-balancer.ts';
import { targetGroup } from '../services/elasticloadbalancingv2/target-group.ts';
import { instanceProfile } from '../services/iam/instance-profile.ts';
import { managedPolicy } from '../services/iam/managed-policy.ts';
import { policy } from '../services/iam/policy.ts';
import { role } from '../services/iam/role.ts';
import { serviceLinkedRole } from '../services/iam/service-linked-role.ts';
import { alias } from '../services/lambda/alias.ts';
import { eventInvokeConfig } from '../services/lambda/event-invoke-config.ts';
import { lambdaFunction } from '../services/lambda/function.ts';
import { layerVersion } from '../services/lambda/layer-version.ts';
import { permission } from '../services/lambda/permission.ts';
import { version } from '../services/lambda/version.ts';
import { logGroup } from '../services/logs/log-group.ts';
import { hostedZone } from '../services/route53/hosted-zone.ts';
import { recordSet } from '../services/route53/record-set.ts';
import type { ResourceType } from '../services/resource-type.ts';
import { bucketPolicy } from '../services/s3/bucket-policy.ts';
import { bucket } from '../services/s3/bucket.ts';
import { scalableTarget } from '../services/applicationautoscaling/scalable-target.ts';
import { scalingPolicy } from '../services/applicationautoscaling/scaling-policy.ts';
import { secret } from '../services/secretsmanager/secret.ts';
import { parameter } from '../services/ssm/parameter.ts';

const all: readonly ResourceType[] = [
  account,
  apiKey,
  authorizer,
  basePathMapping,
  deployment,
  domainName,
  gatewayResponse,
  method,
  model,
  requestValidator,
  resource,
  restApi,
  stage,
  usagePlan,
  usagePlanKey,
  vpcLink,
  apiMapping,
  httpApi,
  httpAuthorizer,
  httpDeployment,
  httpDomainName,
  httpIntegration,
  httpRoute,
  httpStage,
  vpcLinkV2,
  bucketDeployment,
  certificate,
  hostedZone,
  recordSet,
  cdkMetadata,
  logRetention,
  s3AutoDeleteObjects,
  vpcRestrictDefaultSg,
  waitConditionHandle,
  userPool,
  userPoolClient,
  userPoolDomain,
  userPoolGroup,
  userPoolResourceServer,
  globalTable,
  table,
  vpcCidrBlock,
  vpcEndpoint,
  eip,
  flowLog,
  internetGateway,
  natGateway,
  route,
  routeTable,
  securityGroup,
  securityGroupEgress,
  securityGroupIngress,
  subnet,
  networkAcl,
  networkAclEntry,
  subnetNetworkAclAssociation,
  subnetRouteTableAssociation,
  vpc,
  vpcGatewayAttachment,
  repository,
  listener,
  listenerRule,
  loadBalancer,
  targetGroup,
  cluster,
  service,
  taskDefinition,
  instanceProfile,
  managedPolicy,
  parameter,
  policy,
  role,
  scalableTarget,
  scalingPolicy,
  secret,
  serviceLinkedRole,
  alias,
  eventInvokeConfig,
  lambdaFunction,
  layerVersion,
  permission,
  version,
  logGroup,
  bucketPolicy,
  bucket,
];

/** Every resource type that is known, by its CloudFormation name. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(all.map((type) => [type.type, type]));
