import { ALL_PORTS, NetworkAcl, type AclEntry } from './network-acl.ts';
import { NetworkModelError } from './network-model-error.ts';
import type { Direction } from './security-rule.ts';

/** The network ACLs of an account, and which one each subnet has. All additions answer a function that takes them away. */
export class NetworkAcls {
  readonly #acls = new Map<string, NetworkAcl>();
  /** By VPC. */
  readonly #defaults = new Map<string, NetworkAcl>();
  /** By subnet: the newest association counts, an older one comes back when it is taken away. */
  readonly #associations = new Map<string, NetworkAcl[]>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The one that a VPC comes with: rule 100 lets everything in and out (VPC-042). */
  addDefault(request: { readonly id: string; readonly name: string; readonly vpcId: string }): () => void {
    const acl = new NetworkAcl({ ...request, isDefault: true });
    const everything: AclEntry = {
      ruleNumber: 100,
      action: 'allow',
      protocol: '-1',
      ports: ALL_PORTS,
      range: { first: 0, prefix: 0 },
    };
    acl.add('ingress', everything);
    acl.add('egress', everything);
    this.#defaults.set(acl.vpcId, acl);
    const remove = this.#put(acl);
    return () => {
      if (this.#defaults.get(acl.vpcId) === acl) this.#defaults.delete(acl.vpcId);
      remove();
    };
  }

  add(request: { readonly id: string; readonly name: string; readonly vpcId: string }): () => void {
    return this.#put(new NetworkAcl(request));
  }

  /** @throws NetworkModelError */
  addEntry(aclId: string, direction: Direction, entry: AclEntry): () => void {
    const remove = this.#require(aclId).add(direction, entry);
    this.#changed();
    return () => {
      remove();
      this.#changed();
    };
  }

  /** VPC-043 @throws NetworkModelError */
  associate(subnet: { readonly id: string; readonly vpcId: string }, aclId: string): () => void {
    const acl = this.#require(aclId);
    if (acl.vpcId !== subnet.vpcId) {
      throw new NetworkModelError('InvalidParameterValue', `networkAcl ${acl.id} and subnet ${subnet.id} belong to different networks.`);
    }
    const list = this.#associations.get(subnet.id) ?? [];
    this.#associations.set(subnet.id, list);
    list.push(acl);
    this.#changed();
    return () => {
      const at = list.indexOf(acl);
      if (at >= 0) list.splice(at, 1);
      this.#changed();
    };
  }

  /** The one that counts for a subnet: its own, else the VPC's default (VPC-043). */
  find({ id, vpcId }: { readonly id: string; readonly vpcId: string }): NetworkAcl | undefined {
    return this.#associations.get(id)?.at(-1) ?? this.#defaults.get(vpcId);
  }

  #put(acl: NetworkAcl): () => void {
    this.#acls.set(acl.id, acl);
    this.#changed();
    return () => {
      if (this.#acls.get(acl.id) === acl) this.#acls.delete(acl.id);
      this.#changed();
    };
  }

  #require(id: string): NetworkAcl {
    const found = this.#acls.get(id);
    if (found !== undefined) return found;
    throw new NetworkModelError('InvalidNetworkAclID.NotFound', `The networkAcl ID '${id}' does not exist`);
  }
}
