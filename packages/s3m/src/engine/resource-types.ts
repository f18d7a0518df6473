import type { ResourceType } from '../services/resource-type.ts';

/** How each resource type is loaded, by its CloudFormation name: a start reads only what its templates have. */
const loaders: Readonly<Record<string, () => Promise<ResourceType>>> = {
  'AWS::ApiGateway::Account': async () => (await import('../services/apigateway/account.ts')).account,
  'AWS::ApiGateway::ApiKey': async () => (await import('../services/apigateway/api-key.ts')).apiKey,
  'AWS::ApiGateway::Authorizer': async () => (await import('../services/apigateway/authorizer.ts')).authorizer,
  'AWS::ApiGateway::BasePathMapping': async () => (await import('../services/apigateway/base-path-mapping.ts')).basePathMapping,
  'AWS::ApiGateway::ClientCertificate': async () => (await import('../services/apigateway/client-certificate.ts')).clientCertificate,
  'AWS::ApiGateway::Deployment': async () => (await import('../services/apigateway/deployment.ts')).deployment,
  'AWS::ApiGateway::DomainName': async () => (await import('../services/apigateway/domain-name.ts')).domainName,
  'AWS::ApiGateway::GatewayResponse': async () => (await import('../services/apigateway/gateway-response.ts')).gatewayResponse,
  'AWS::ApiGateway::Method': async () => (await import('../services/apigateway/method.ts')).method,
  'AWS::ApiGateway::Model': async () => (await import('../services/apigateway/model.ts')).model,
  'AWS::ApiGateway::RequestValidator': async () => (await import('../services/apigateway/request-validator.ts')).requestValidator,
  'AWS::ApiGateway::Resource': async () => (await import('../services/apigateway/resource.ts')).resource,
  'AWS::ApiGateway::RestApi': async () => (await import('../services/apigateway/rest-api.ts')).restApi,
  'AWS::ApiGateway::Stage': async () => (await import('../services/apigateway/stage.ts')).stage,
  'AWS::ApiGateway::UsagePlan': async () => (await import('../services/apigateway/usage-plan.ts')).usagePlan,
  'AWS::ApiGateway::UsagePlanKey': async () => (await import('../services/apigateway/usage-plan-key.ts')).usagePlanKey,
  'AWS::ApiGateway::VpcLink': async () => (await import('../services/apigateway/vpc-link.ts')).vpcLink,
  'AWS::ApiGatewayV2::Api': async () => (await import('../services/apigatewayv2/api.ts')).httpApi,
  'AWS::ApiGatewayV2::ApiMapping': async () => (await import('../services/apigatewayv2/api-mapping.ts')).apiMapping,
  'AWS::ApiGatewayV2::Authorizer': async () => (await import('../services/apigatewayv2/authorizer.ts')).httpAuthorizer,
  'AWS::ApiGatewayV2::Deployment': async () => (await import('../services/apigatewayv2/deployment.ts')).httpDeployment,
  'AWS::ApiGatewayV2::DomainName': async () => (await import('../services/apigatewayv2/domain-name.ts')).httpDomainName,
  'AWS::ApiGatewayV2::Integration': async () => (await import('../services/apigatewayv2/integration.ts')).httpIntegration,
  'AWS::ApiGatewayV2::Route': async () => (await import('../services/apigatewayv2/route.ts')).httpRoute,
  'AWS::ApiGatewayV2::Stage': async () => (await import('../services/apigatewayv2/stage.ts')).httpStage,
  'AWS::ApiGatewayV2::VpcLink': async () => (await import('../services/apigatewayv2/vpc-link.ts')).vpcLink,
  'AWS::ApplicationAutoScaling::ScalableTarget': async () =>
    (await import('../services/applicationautoscaling/scalable-target.ts')).scalableTarget,
  'AWS::ApplicationAutoScaling::ScalingPolicy': async () =>
    (await import('../services/applicationautoscaling/scaling-policy.ts')).scalingPolicy,
  'AWS::CDK::Metadata': async () => (await import('../services/cdk/cdk-metadata.ts')).cdkMetadata,
  'AWS::CertificateManager::Certificate': async () => (await import('../services/certificatemanager/certificate.ts')).certificate,
  'AWS::CloudFront::CachePolicy': async () => (await import('../services/cloudfront/cache-policy.ts')).cachePolicy,
  'AWS::CloudFront::CloudFrontOriginAccessIdentity': async () =>
    (await import('../services/cloudfront/origin-access-identity.ts')).originAccessIdentity,
  'AWS::CloudFront::Distribution': async () => (await import('../services/cloudfront/distribution.ts')).distribution,
  'AWS::CloudFront::Function': async () => (await import('../services/cloudfront/function.ts')).cloudFrontFunction,
  'AWS::CloudFront::OriginAccessControl': async () => (await import('../services/cloudfront/origin-access-control.ts')).originAccessControl,
  'AWS::CloudFront::OriginRequestPolicy': async () => (await import('../services/cloudfront/origin-request-policy.ts')).originRequestPolicy,
  'AWS::CloudFront::ResponseHeadersPolicy': async () =>
    (await import('../services/cloudfront/response-headers-policy.ts')).responseHeadersPolicy,
  'AWS::CloudFormation::WaitConditionHandle': async () =>
    (await import('../services/cloudformation/wait-condition-handle.ts')).waitConditionHandle,
  'AWS::CloudWatch::Alarm': async () => (await import('../services/cloudwatch/alarm.ts')).alarm,
  'AWS::Cognito::UserPool': async () => (await import('../services/cognito/user-pool.ts')).userPool,
  'AWS::Cognito::UserPoolClient': async () => (await import('../services/cognito/user-pool-client.ts')).userPoolClient,
  'AWS::Cognito::UserPoolDomain': async () => (await import('../services/cognito/user-pool-domain.ts')).userPoolDomain,
  'AWS::Cognito::UserPoolGroup': async () => (await import('../services/cognito/user-pool-group.ts')).userPoolGroup,
  'AWS::Cognito::UserPoolResourceServer': async () =>
    (await import('../services/cognito/user-pool-resource-server.ts')).userPoolResourceServer,
  'AWS::DynamoDB::GlobalTable': async () => (await import('../services/dynamodb/global-table.ts')).globalTable,
  'AWS::DynamoDB::Table': async () => (await import('../services/dynamodb/table.ts')).table,
  'AWS::EC2::EIP': async () => (await import('../services/ec2/eip.ts')).eip,
  'AWS::EC2::FlowLog': async () => (await import('../services/ec2/flow-log.ts')).flowLog,
  'AWS::EC2::InternetGateway': async () => (await import('../services/ec2/internet-gateway.ts')).internetGateway,
  'AWS::EC2::NatGateway': async () => (await import('../services/ec2/nat-gateway.ts')).natGateway,
  'AWS::EC2::NetworkAcl': async () => (await import('../services/ec2/network-acl.ts')).networkAcl,
  'AWS::EC2::NetworkAclEntry': async () => (await import('../services/ec2/network-acl-entry.ts')).networkAclEntry,
  'AWS::EC2::PrefixList': async () => (await import('../services/ec2/prefix-list.ts')).prefixList,
  'AWS::EC2::Route': async () => (await import('../services/ec2/route.ts')).route,
  'AWS::EC2::RouteTable': async () => (await import('../services/ec2/route-table.ts')).routeTable,
  'AWS::EC2::SecurityGroup': async () => (await import('../services/ec2/security-group.ts')).securityGroup,
  'AWS::EC2::SecurityGroupEgress': async () => (await import('../services/ec2/security-group-egress.ts')).securityGroupEgress,
  'AWS::EC2::SecurityGroupIngress': async () => (await import('../services/ec2/security-group-ingress.ts')).securityGroupIngress,
  'AWS::EC2::Subnet': async () => (await import('../services/ec2/subnet.ts')).subnet,
  'AWS::EC2::SubnetNetworkAclAssociation': async () =>
    (await import('../services/ec2/subnet-network-acl-association.ts')).subnetNetworkAclAssociation,
  'AWS::EC2::SubnetRouteTableAssociation': async () =>
    (await import('../services/ec2/subnet-route-table-association.ts')).subnetRouteTableAssociation,
  'AWS::EC2::VPC': async () => (await import('../services/ec2/vpc.ts')).vpc,
  'AWS::EC2::VPCCidrBlock': async () => (await import('../services/ec2/vpc-cidr-block.ts')).vpcCidrBlock,
  'AWS::EC2::VPCEndpoint': async () => (await import('../services/ec2/vpc-endpoint.ts')).vpcEndpoint,
  'AWS::EC2::VPCGatewayAttachment': async () => (await import('../services/ec2/vpc-gateway-attachment.ts')).vpcGatewayAttachment,
  'AWS::ECR::RegistryScanningConfiguration': async () =>
    (await import('../services/ecr/registry-scanning-configuration.ts')).registryScanningConfiguration,
  'AWS::ECR::ReplicationConfiguration': async () => (await import('../services/ecr/replication-configuration.ts')).replicationConfiguration,
  'AWS::ECR::Repository': async () => (await import('../services/ecr/repository.ts')).repository,
  'AWS::ECS::Cluster': async () => (await import('../services/ecs/cluster.ts')).cluster,
  'AWS::ECS::Service': async () => (await import('../services/ecs/service.ts')).service,
  'AWS::ECS::TaskDefinition': async () => (await import('../services/ecs/task-definition.ts')).taskDefinition,
  'AWS::ElasticLoadBalancingV2::Listener': async () => (await import('../services/elasticloadbalancingv2/listener.ts')).listener,
  'AWS::ElasticLoadBalancingV2::ListenerCertificate': async () =>
    (await import('../services/elasticloadbalancingv2/listener-certificate.ts')).listenerCertificate,
  'AWS::ElasticLoadBalancingV2::ListenerRule': async () =>
    (await import('../services/elasticloadbalancingv2/listener-rule.ts')).listenerRule,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': async () =>
    (await import('../services/elasticloadbalancingv2/load-balancer.ts')).loadBalancer,
  'AWS::ElasticLoadBalancingV2::TargetGroup': async () => (await import('../services/elasticloadbalancingv2/target-group.ts')).targetGroup,
  'AWS::IAM::InstanceProfile': async () => (await import('../services/iam/instance-profile.ts')).instanceProfile,
  'AWS::IAM::ManagedPolicy': async () => (await import('../services/iam/managed-policy.ts')).managedPolicy,
  'AWS::IAM::Policy': async () => (await import('../services/iam/policy.ts')).policy,
  'AWS::IAM::Role': async () => (await import('../services/iam/role.ts')).role,
  'AWS::IAM::ServiceLinkedRole': async () => (await import('../services/iam/service-linked-role.ts')).serviceLinkedRole,
  'AWS::Lambda::Alias': async () => (await import('../services/lambda/alias.ts')).alias,
  'AWS::Lambda::EventInvokeConfig': async () => (await import('../services/lambda/event-invoke-config.ts')).eventInvokeConfig,
  'AWS::Lambda::Function': async () => (await import('../services/lambda/function.ts')).lambdaFunction,
  'AWS::Lambda::LayerVersion': async () => (await import('../services/lambda/layer-version.ts')).layerVersion,
  'AWS::Lambda::Permission': async () => (await import('../services/lambda/permission.ts')).permission,
  'AWS::Lambda::Version': async () => (await import('../services/lambda/version.ts')).version,
  'AWS::Logs::LogGroup': async () => (await import('../services/logs/log-group.ts')).logGroup,
  'AWS::Route53::HostedZone': async () => (await import('../services/route53/hosted-zone.ts')).hostedZone,
  'AWS::Route53::RecordSet': async () => (await import('../services/route53/record-set.ts')).recordSet,
  'AWS::S3::Bucket': async () => (await import('../services/s3/bucket.ts')).bucket,
  'AWS::S3::BucketPolicy': async () => (await import('../services/s3/bucket-policy.ts')).bucketPolicy,
  'AWS::ServiceDiscovery::PrivateDnsNamespace': async () =>
    (await import('../services/servicediscovery/private-dns-namespace.ts')).privateDnsNamespace,
  'AWS::ServiceDiscovery::Service': async () => (await import('../services/servicediscovery/service.ts')).discoveryService,
  'AWS::SSM::Parameter': async () => (await import('../services/ssm/parameter.ts')).parameter,
  'AWS::SecretsManager::ResourcePolicy': async () => (await import('../services/secretsmanager/resource-policy.ts')).secretResourcePolicy,
  'AWS::SecretsManager::RotationSchedule': async () => (await import('../services/secretsmanager/rotation-schedule.ts')).rotationSchedule,
  'AWS::SecretsManager::Secret': async () => (await import('../services/secretsmanager/secret.ts')).secret,
  'Custom::CDKBucketDeployment': async () => (await import('../services/cdk/bucket-deployment.ts')).bucketDeployment,
  'Custom::LogRetention': async () => (await import('../services/cdk/log-retention.ts')).logRetention,
  'Custom::S3AutoDeleteObjects': async () => (await import('../services/cdk/s3-auto-delete-objects.ts')).s3AutoDeleteObjects,
  'Custom::VpcRestrictDefaultSG': async () => (await import('../services/cdk/vpc-restrict-default-sg.ts')).vpcRestrictDefaultSg,
};

/** Every resource type that is known. */
export const resourceTypeNames: ReadonlySet<string> = new Set(Object.keys(loaders));

/** The types of these names that are known. */
export async function loadResourceTypes(names: Iterable<string>): Promise<ReadonlyMap<string, ResourceType>> {
  const known = [...new Set(names)].filter((name) => resourceTypeNames.has(name));
  return new Map(await Promise.all(known.map(async (name) => [name, await loaders[name]!()] as const)));
}
