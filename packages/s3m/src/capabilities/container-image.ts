/** Where an image's content comes from: a directory with a Dockerfile (a CDK Docker asset), or only a reference that an engine may hold. */
export type ContainerImage = {
  readonly kind: 'docker-asset';
  /** The URI as the template gives it. */
  readonly uri: string;
  readonly hash: string;
  /** What the application calls it, whatever its content (`Weather/Task/AssetImage`): a newer image of that name takes its place. */
  readonly name?: string;
  /** Absolute path of the build context. */
  readonly directory: string;
  /** Relative to `directory`. */
  readonly dockerFile: string;
  readonly target?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly platform?: string;
};
