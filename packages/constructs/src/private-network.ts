import type { NetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Cluster } from 'aws-cdk-lib/aws-ecs';
import type { CfnSecurityGroup, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ec2, ecs, elbv2 } from './cdk.ts';

export interface PrivateNetworkProps {
  /** One is enough to pull images; one for each zone survives the loss of a zone. Each costs by the hour. */
  readonly natGateways: number;
}

/** Where the services live: a VPC in two zones, a cluster, and the one internal load balancer through which they are reached. */
export class PrivateNetwork extends Construct {
  readonly vpc: Vpc;
  readonly cluster: Cluster;
  readonly loadBalancer: NetworkLoadBalancer;
  readonly loadBalancerSecurityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: PrivateNetworkProps) {
    super(scope, id);
    // VPC-015, VPC-021: private subnets reach image registries through the NAT gateway.
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: props.natGateways,
      restrictDefaultSecurityGroup: true,
    });
    this.cluster = new ecs.Cluster(this, 'Cluster', { vpc: this.vpc });
    // NLB-051: a balancer created without a group can never get one. No rule lets anything in; what goes out is added for each service
    // (NLB-053: health checks need it too).
    this.loadBalancerSecurityGroup = new ec2.SecurityGroup(this, 'LoadBalancerSecurityGroup', {
      vpc: this.vpc,
      description: 'Internal load balancer: nothing in but PrivateLink, out to the services only',
      allowAllOutbound: false,
    });
    closeOutbound(this.loadBalancerSecurityGroup);
    this.loadBalancer = new elbv2.NetworkLoadBalancer(this, 'LoadBalancer', {
      vpc: this.vpc,
      internetFacing: false,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [this.loadBalancerSecurityGroup],
      // NLB-026: a zone without a healthy task must not answer 504.
      crossZoneEnabled: true,
      // NLB-054, NLB-056: the VPC link's traffic comes from API Gateway's own addresses, which no rule here can name.
      enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: false,
    });
  }
}

/**
 * VPC-032, VPC-035: a group without a rule of its own may send anywhere, and that separate rules end this is documented nowhere.
 * VPC-033: the rule that matches nothing, as the CDK writes it; it drops it once there are separate rules.
 */
function closeOutbound(securityGroup: SecurityGroup): void {
  (securityGroup.node.defaultChild as CfnSecurityGroup).addPropertyOverride('SecurityGroupEgress', [
    { CidrIp: '255.255.255.255/32', Description: 'Disallow all traffic', FromPort: 252, IpProtocol: 'icmp', ToPort: 86 },
  ]);
}
