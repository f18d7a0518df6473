import type { CredentialsOwner } from '../../capabilities/credentials.ts';
import { refuseAccess } from '../access.ts';
import { EcrError } from './ecr-error.ts';
import type { EcrRegistry } from './ecr-registry.ts';

/** Who asks. */
export interface EcrCaller {
  readonly owner: CredentialsOwner;
  readonly accessKeyId?: string;
}

/** Whether the caller may do `action` (`PutImage`) with a repository, by its own policies and the repository's (ECR-018). @throws EcrError */
export function checkAccess(
  registry: EcrRegistry,
  { owner, accessKeyId }: EcrCaller,
  action: string,
  repository: string | undefined,
): void {
  const policy = repository === undefined ? undefined : registry.find(repository)?.policy;
  const denial = refuseAccess(registry.account, owner, {
    action: `ecr:${action}`,
    resource: repository === undefined ? '*' : registry.arnOf(repository),
    ...(policy === undefined ? {} : { resourcePolicy: policy }),
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
  });
  if (denial !== undefined) throw new EcrError('AccessDeniedException', denial.message);
}
