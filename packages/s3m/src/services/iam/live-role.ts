import type { AttachedPolicy, Role } from '../../capabilities/role.ts';
import type { PolicyDocument } from '../../policy/policy-document.ts';

/** What a role's own definition says. */
export interface RoleDefinition {
  readonly trust: PolicyDocument;
  readonly maxSessionSeconds: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Inline policies, and managed ones that the role names. */
  readonly policies: readonly AttachedPolicy[];
  readonly boundary: AttachedPolicy | undefined;
}

/** A role that exists. */
export class LiveRole implements Role {
  readonly arn: string;
  readonly name: string;
  readonly id: string;
  #definition: RoleDefinition;
  /** By policies that name the role. */
  readonly #attached = new Set<AttachedPolicy>();
  #policies: readonly AttachedPolicy[] = [];

  constructor(identity: { readonly arn: string; readonly name: string; readonly id: string }, definition: RoleDefinition) {
    this.arn = identity.arn;
    this.name = identity.name;
    this.id = identity.id;
    this.#definition = definition;
    this.#collect();
  }

  get trust(): PolicyDocument {
    return this.#definition.trust;
  }

  get maxSessionSeconds(): number {
    return this.#definition.maxSessionSeconds;
  }

  get tags(): Readonly<Record<string, string>> {
    return this.#definition.tags;
  }

  get boundary(): AttachedPolicy | undefined {
    return this.#definition.boundary;
  }

  get policies(): readonly AttachedPolicy[] {
    return this.#policies;
  }

  update(definition: RoleDefinition): void {
    this.#definition = definition;
    this.#collect();
  }

  attach(policy: AttachedPolicy): () => void {
    this.#attached.add(policy);
    this.#collect();
    return () => {
      this.#attached.delete(policy);
      this.#collect();
    };
  }

  #collect(): void {
    this.#policies = [...this.#definition.policies, ...this.#attached];
  }
}
