import type { Authorizer } from '../authorizers/authorizer-definition.ts';
import type { DeploymentServices } from '../deployment-services.ts';
import { DraftRefusal } from '../draft-refusal.ts';
import type { MethodDefinition } from '../method-definition.ts';
import { openAuthorization, type Authorization } from './authorization.ts';
import { IamAuthorization } from './iam-authorization.ts';
import { authorizerWanted } from './authorization-definition.ts';

/** A method that names an authorizer is never deployed without it (AG-077). @throws DraftRefusal */
export function compileAuthorization(
  { authorization }: Pick<MethodDefinition, 'authorization'>,
  authorizers: ReadonlyMap<string, Authorizer>,
  services: DeploymentServices,
): Authorization {
  if (authorization.type === 'NONE') return openAuthorization;
  if (authorization.type === 'AWS_IAM') return new IamAuthorization(services);
  const compiled = authorizers.get(authorization.authorizerId)?.authorizationFor(authorization.scopes);
  if (compiled?.type !== authorization.type) throw new DraftRefusal(authorizerWanted);
  return compiled;
}
