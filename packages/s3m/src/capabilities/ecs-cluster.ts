/** An ECS cluster. */
export interface EcsCluster {
  readonly name: string;
  readonly arn: string;
}
