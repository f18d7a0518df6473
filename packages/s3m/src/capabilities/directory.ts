import type { AccessControl } from './access-control.ts';
import type { Api } from './api.ts';
import type { AwsApi } from './aws-api.ts';
import type { BucketOrigin } from './bucket-origin.ts';
import type { Bucket } from './bucket.ts';
import type { Certificate, CertificateAuthority } from './certificate.ts';
import type { ContainerImage } from './container-image.ts';
import type { ImageRegistry } from './image-registry.ts';
import type { Invocable } from './invocable.ts';
import type { Layer } from './layer.ts';
import type { LoadBalancer } from './load-balancer.ts';
import type { LogGroup } from './log-group.ts';
import type { Credentials } from './credentials.ts';
import type { DefaultSecurityGroup } from './default-security-group.ts';
import type { DiscoveryService, DnsNamespace } from './discovery-service.ts';
import type { EcsCluster } from './ecs-cluster.ts';
import type { EcsService } from './ecs-service.ts';
import type { ManagedPolicy, Role } from './role.ts';
import type { ScalableTarget } from './scalable-target.ts';
import type { ScalingAction } from './scaling-action.ts';
import type { Secret } from './secret.ts';
import type { StoredParameter } from './stored-parameter.ts';
import type { Table } from './table.ts';
import type { TargetGroup } from './target-group.ts';
import type { TaskDefinition } from './task-definition.ts';
import type { UserPool } from './user-pool.ts';
import type { VpcLink } from './vpc-link.ts';
import type { VpcLinkV2 } from './vpc-link-v2.ts';

/** What resources can be to one another, and the identifier by which each is found: the one that AWS's own API would take. */
export interface Capabilities {
  /** By function ARN, without qualifier. */
  function: Invocable;
  /** By user pool ARN. */
  userPool: UserPool;
  /** By account id. */
  accessControl: AccessControl;
  /** By access key id. */
  credentials: Credentials;
  /** By role ARN. */
  role: Role;
  /** By policy ARN. */
  managedPolicy: ManagedPolicy;
  /** By layer version ARN. */
  layer: Layer;
  /** By load balancer ARN. */
  loadBalancer: LoadBalancer;
  /** By target group ARN. */
  targetGroup: TargetGroup;
  /** By certificate ARN. */
  certificate: Certificate;
  /** `amazon`, whom API Gateway trusts, or the ARN of a private one. */
  certificateAuthority: CertificateAuthority;
  /** By VPC link id. */
  vpcLink: VpcLink;
  /** By VPC link id. */
  vpcLinkV2: VpcLinkV2;
  /** By log group name. */
  logGroup: LogGroup;
  /** By bucket name. */
  bucket: Bucket;
  /** By account id. */
  bucketOrigin: BucketOrigin;
  /** By the name of the service: `dynamodb`. */
  awsApi: AwsApi;
  /** By `RESOURCE|DIMENSION|NAMESPACE`, as `Ref` answers. */
  scalableTarget: ScalableTarget;
  /** By ARN of the scaling policy. */
  scalingAction: ScalingAction;
  /** By secret ARN, with its suffix. */
  secret: Secret;
  /** By parameter name, as it was given. */
  parameter: StoredParameter;
  /** By table name. */
  table: Table;
  /** By API id, REST and HTTP. */
  api: Api;
  /** By image URI as the task definition names it. */
  image: ContainerImage;
  /** By account id. */
  imageRegistry: ImageRegistry;
  /** By namespace id. */
  dnsNamespace: DnsNamespace;
  /** By ARN of the Cloud Map service. */
  discoveryService: DiscoveryService;
  /** By cluster name. */
  cluster: EcsCluster;
  /** By task definition ARN with revision. */
  taskDefinition: TaskDefinition;
  /** By service ARN. */
  service: EcsService;
  /** By security group id. */
  defaultSecurityGroup: DefaultSecurityGroup;
}

export type CapabilityKind = keyof Capabilities;

/** Thrown when two resources claim one identifier. */
export class DuplicateCapability extends Error {
  constructor(kind: CapabilityKind, id: string) {
    super(`${kind} "${id}" is already there`);
  }
}

/**
 * Where services meet. A resource puts what it can do here under its AWS identifier and takes it away when it is deleted;
 * others look it up when they need it, as an AWS service would call another by ARN. A missing entry is AWS's "does not exist".
 */
export class Directory {
  readonly #entries = new Map<CapabilityKind, Map<string, unknown>>();

  /** Makes `capability` known under `id`. Answers a function that takes it away again. Throws {@link DuplicateCapability}. */
  provide<K extends CapabilityKind>(kind: K, id: string, capability: Capabilities[K]): () => void {
    let ofKind = this.#entries.get(kind);
    if (ofKind === undefined) {
      ofKind = new Map();
      this.#entries.set(kind, ofKind);
    }
    if (ofKind.has(id)) throw new DuplicateCapability(kind, id);
    ofKind.set(id, capability);
    return () => {
      if (ofKind.get(id) === capability) ofKind.delete(id);
    };
  }

  find<K extends CapabilityKind>(kind: K, id: string): Capabilities[K] | undefined {
    return this.#entries.get(kind)?.get(id) as Capabilities[K] | undefined;
  }

  list<K extends CapabilityKind>(kind: K): readonly (readonly [string, Capabilities[K]])[] {
    return [...(this.#entries.get(kind) ?? [])] as (readonly [string, Capabilities[K]])[];
  }
}
