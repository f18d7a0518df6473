import type { NamedPolicy } from '../policy/evaluate-access.ts';
import type { CredentialsOwner } from './credentials.ts';

/** The account's private image registry, for those who pull from it. */
export interface ImageRegistry {
  /** As image URIs of templates begin: `000000000000.dkr.ecr.us-east-1.amazonaws.com`. */
  readonly host: string;
  arnOf(repository: string): string;
  /** Reads what is in it, the first time from the disk. */
  open(): Promise<OpenImageRegistry>;
}

/** A repository as somebody sees it who wants to pull. */
export interface PullableRepository {
  readonly arn: string;
  readonly policy: NamedPolicy | undefined;
  /** The digest of the image; undefined when it is not there. */
  find(image: { readonly tag?: string; readonly digest?: string }): string | undefined;
  /** What an image runs on, `linux/amd64`, each once; none of what is no image to be run. */
  platforms(digest: string): readonly string[];
}

/** What `docker login` takes. */
export interface RegistryLogin {
  /** Host and port of the registry. */
  readonly registry: string;
  readonly user: string;
  readonly password: string;
}

/** What a Docker engine pulls, and with which password. */
export interface RegistryPull extends RegistryLogin {
  /** `127.0.0.1:4566/weather@sha256:...` */
  readonly reference: string;
}

/** Where a Docker engine pushes an image to. */
export interface RegistryPush extends RegistryLogin {
  readonly repository: string;
  readonly tag: string;
}

export interface OpenImageRegistry {
  /** Undefined when there is no such repository. */
  find(repository: string): PullableRepository | undefined;
  /** A password for twelve hours, as `GetAuthorizationToken` gives it. */
  login(as: CredentialsOwner): RegistryLogin;
  pull(repository: string, digest: string, as: CredentialsOwner): RegistryPull;
  /**
   * How an image that the application builds gets into the registry; undefined when its tag, the hash of what it is built from, is there (ECR-023).
   * The repository is there from then on, as after `cdk bootstrap` (ECR-022).
   */
  destination(repository: string, tag: string): RegistryPush | undefined;
  /** Removes images that applications have built, but those of these URIs. */
  retainAssets(uris: ReadonlySet<string>): void;
  /** Tells the name of a repository each time that an image comes into it. Answers what ends that. */
  whenPushed(listener: (repository: string) => void): () => void;
}
