import { TaskStartFailure } from '../../containers/task-runtime.ts';
import { NetworkRefusal } from '../../network/network.ts';
import type { Account } from '../account.ts';
import type { TaskInterface } from './aws-reach.ts';

/** An image of a registry that is not the account's, as Fargate asks for it. */
interface PublicImage {
  /** `docker.io/library/nginx:1.27` */
  readonly reference: string;
  readonly host: string;
  /** `/v2/library/nginx/manifests/1.27` */
  readonly path: string;
}

/** `nginx`, `bitnami/nginx:1.27`, `public.ecr.aws/nginx/nginx@sha256:...` */
export function parsePublicImage(image: string): PublicImage {
  const [, named, rest = image] = /^((?:[^/]+[.:][^/]*)|localhost)\/(.+)$/.exec(image) ?? [];
  const [, name = rest, tag, digest] = /^([^:@]+)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(rest) ?? [];
  const repository = named === undefined && !name.includes('/') ? `library/${name}` : name;
  const version = digest ?? tag ?? 'latest';
  return {
    reference: `${named ?? 'docker.io'}/${repository}${digest === undefined ? `:${version}` : `@${digest}`}`,
    host: named === undefined || named === 'docker.io' ? 'registry-1.docker.io' : named,
    path: `/v2/${repository}/manifests/${version}`,
  };
}

/** Whether the task's own network has a way to a public registry: endpoints for ECR are none (VPC-026). @throws TaskStartFailure (ECS-049) */
export function checkPublicPull(account: Account, attached: TaskInterface, image: string): void {
  const { reference, host, path } = parsePublicImage(image);
  const { allowed, hop } = account.network.egressTo(attached.id, { host, port: 443 });
  if (allowed) return;
  throw new TaskStartFailure(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${reference}: failed to do request: Head "https://${host}${path}": dial tcp: i/o timeout`,
    `Image ${image} cannot be pulled: ${new NetworkRefusal(hop).message}`,
  );
}
