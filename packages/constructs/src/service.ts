import { createHash } from 'node:crypto';
import type { FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import type { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { NetworkListener, NetworkTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { core, ec2, ecrAssets, ecs, elbv2, logs } from './cdk.ts';
import type { PrivateNetwork } from './private-network.ts';

/** A service behind the gateway. */
export interface ServiceProps {
  /** Build context: the folder with the Dockerfile. */
  readonly directory: string;
  /** The Dockerfile's name in `directory`. Default: `Dockerfile`. */
  readonly dockerfile?: string;
  /** Stage of the Dockerfile to build. Default: the last. */
  readonly target?: string;
  /** Port on which the container listens; the variable `PORT` tells it. Default: 8080. */
  readonly port?: number;
  /** What the load balancer asks for to see whether a task works; 200 to 399 is healthy. Default: `/health`. */
  readonly healthCheckPath?: string;
  /** Default: 2, so that one may fail. */
  readonly desiredCount?: number;
  /** CPU units of a task, 1024 is one CPU. Default: 256. */
  readonly cpu?: number;
  /** MiB of a task. Default: 512. */
  readonly memoryLimitMiB?: number;
  /** Variables for the container, beside `PORT` and `SITE_ORIGIN`. No secrets: they could be read in the template. */
  readonly environment?: Readonly<Record<string, string>>;
  /** User that the container runs as. Default: `1000`, which is `node` in Node's images. */
  readonly user?: string;
  /** Processor of task and image. Default: `x86_64`. */
  readonly architecture?: 'x86_64' | 'arm64';
  /**
   * The service's own port on the load balancer. The default follows from the service's name, so that it stays when services come and
   * go: a balancer refuses a port that another listener still holds (NLB-013).
   */
  readonly listenerPort?: number;
}

interface ServiceContext {
  readonly network: PrivateNetwork;
  readonly siteOrigin: string;
  readonly removalPolicy: RemovalPolicy;
}

/** Longest that API Gateway waits for an answer, seconds. */
const longestRequest = 29;
/** ECS-064: stop timeout > deregistration delay > longest request. Fargate allows 120 at most. */
const deregistrationDelay = 2 * longestRequest + 2;
const stopTimeout = 90;

/** One service: image, task definition, Fargate service in private subnets, target group and listener. */
export class S3mService extends Construct {
  readonly name: string;
  readonly port: number;
  readonly listenerPort: number;
  readonly taskDefinition: FargateTaskDefinition;
  readonly service: FargateService;
  readonly securityGroup: SecurityGroup;
  readonly targetGroup: NetworkTargetGroup;
  readonly listener: NetworkListener;

  constructor(scope: Construct, id: string, name: string, props: ServiceProps, context: ServiceContext) {
    super(scope, id);
    this.name = name;
    this.port = props.port ?? 8080;
    this.listenerPort = props.listenerPort ?? portFromName(name);
    this.taskDefinition = this.#defineTask(props, context);
    this.securityGroup = this.#admitLoadBalancer(context.network);
    this.service = new ecs.FargateService(this, 'Service', {
      cluster: context.network.cluster,
      taskDefinition: this.taskDefinition,
      desiredCount: props.desiredCount ?? 2,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      healthCheckGracePeriod: core.Duration.seconds(60),
      assignPublicIp: false,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [this.securityGroup],
    });
    // Tasks that start before the NAT route is there can't pull their image, and the circuit breaker would end the deployment.
    this.service.node.addDependency(
      context.network.vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }).internetConnectivityEstablished,
    );
    this.targetGroup = this.#checkHealth(props, context.network);
    this.listener = new elbv2.NetworkListener(this, 'Listener', {
      loadBalancer: context.network.loadBalancer,
      port: this.listenerPort,
      protocol: elbv2.Protocol.TCP,
      defaultTargetGroups: [this.targetGroup],
    });
  }

  #defineTask(props: ServiceProps, context: ServiceContext): FargateTaskDefinition {
    const arm = props.architecture === 'arm64';
    const taskDefinition = new ecs.FargateTaskDefinition(this, 'Task', {
      cpu: props.cpu ?? 256,
      memoryLimitMiB: props.memoryLimitMiB ?? 512,
      runtimePlatform: {
        cpuArchitecture: arm ? ecs.CpuArchitecture.ARM64 : ecs.CpuArchitecture.X86_64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    taskDefinition.addContainer(this.name, {
      image: ecs.ContainerImage.fromAsset(props.directory, {
        platform: arm ? ecrAssets.Platform.LINUX_ARM64 : ecrAssets.Platform.LINUX_AMD64,
        exclude: ['node_modules', '.git'],
        ...(props.dockerfile === undefined ? {} : { file: props.dockerfile }),
        ...(props.target === undefined ? {} : { target: props.target }),
      }),
      portMappings: [{ containerPort: this.port, protocol: ecs.Protocol.TCP }],
      environment: { ...props.environment, PORT: String(this.port), SITE_ORIGIN: context.siteOrigin },
      user: props.user ?? '1000',
      readonlyRootFilesystem: true,
      stopTimeout: core.Duration.seconds(stopTimeout),
      logging: ecs.LogDrivers.awsLogs({
        logGroup: new logs.LogGroup(this, 'Logs', { retention: logs.RetentionDays.ONE_YEAR, removalPolicy: context.removalPolicy }),
        streamPrefix: this.name,
        // A slow log service must not hold up answers.
        mode: ecs.AwsLogDriverMode.NON_BLOCKING,
      }),
    });
    return taskDefinition;
  }

  /** NLB-055, NLB-060: CDK's own pattern leaves these rules out, and then no health check passes. */
  #admitLoadBalancer(network: PrivateNetwork): SecurityGroup {
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: `Tasks of ${this.name}: in from the load balancer only, out to HTTPS only`,
      allowAllOutbound: false,
    });
    // VPC-024: image pulls, logs and AWS calls.
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'HTTPS: images, logs, AWS APIs');
    network.loadBalancerSecurityGroup.connections.allowTo(
      securityGroup,
      ec2.Port.tcp(this.port),
      `Requests and health checks of ${this.name}`,
    );
    return securityGroup;
  }

  #checkHealth(props: ServiceProps, network: PrivateNetwork): NetworkTargetGroup {
    return new elbv2.NetworkTargetGroup(this, 'Targets', {
      vpc: network.vpc,
      port: this.port,
      protocol: elbv2.Protocol.TCP,
      targetType: elbv2.TargetType.IP,
      targets: [this.service],
      deregistrationDelay: core.Duration.seconds(deregistrationDelay),
      healthCheck: {
        protocol: elbv2.Protocol.HTTP,
        path: props.healthCheckPath ?? '/health',
        interval: core.Duration.seconds(10),
        timeout: core.Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
    });
  }
}

/** Ports 20000 to 29999. */
function portFromName(name: string): number {
  return 20_000 + (createHash('sha256').update(name).digest().readUInt32BE(0) % 10_000);
}
