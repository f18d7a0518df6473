import type { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties } from '../resource-type.ts';
import type { DeploymentServices } from './deployment-services.ts';
import type { Integration, IntegrationType } from './integration.ts';
import type { MethodFacts } from './method-facts.ts';

/** A type of integration (`Integration.Type`): how it is checked, read and compiled. One file each, named after it. */
export interface IntegrationKind {
  readonly type: IntegrationType;
  /** What AWS would refuse, and what is not simulated. `method` is the whole method, for what has to be declared there. */
  check(integration: Properties, method: Properties): readonly Finding[];
  /**
   * `local` are the same properties with local addresses: for what reaches a browser, and for URIs that are dialled here.
   * @throws ResourceFailure
   */
  parse(aws: PropertyReader, local: PropertyReader): IntegrationDraft;
}

/** An integration as the API's draft holds it, ready to be frozen by a deployment. */
export interface IntegrationDraft {
  readonly type: IntegrationType;
  /** What the template says. Two with the same JSON are the same integration. */
  readonly definition: object;
  /** Does all the work that need not be done a request. @throws MappingProblem, PatternProblem */
  compile(services: DeploymentServices, method: MethodFacts): Integration;
}
