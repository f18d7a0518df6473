import { isAllowAll, type Direction, type SecurityRule } from './security-rule.ts';

export interface SecurityGroupRequest {
  readonly id: string;
  /** For people: the logical id. */
  readonly name: string;
  readonly vpcId: string;
  readonly ingress: readonly SecurityRule[];
  readonly egress: readonly SecurityRule[];
}

/** A security group: rules of its own (inline), and rules that stand-alone resources added. */
export class SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  #inline: Readonly<Record<Direction, readonly SecurityRule[]>>;
  readonly #added: Readonly<Record<Direction, Set<SecurityRule>>> = { ingress: new Set(), egress: new Set() };
  #allowAllRevoked = false;
  #effective: Readonly<Record<Direction, readonly SecurityRule[]>>;

  constructor(request: SecurityGroupRequest) {
    this.id = request.id;
    this.name = request.name;
    this.vpcId = request.vpcId;
    this.#inline = { ingress: request.ingress, egress: request.egress };
    this.#effective = this.#inline;
  }

  /** `sg-0a1b (NlbSecurityGroup)` */
  get label(): string {
    return `${this.id} (${this.name})`;
  }

  rules(direction: Direction): readonly SecurityRule[] {
    return this.#effective[direction];
  }

  /** Replaces the group's own rules. An allow-all egress rule that was revoked stays so while it is in the list without a break. */
  setInline(ingress: readonly SecurityRule[], egress: readonly SecurityRule[]): void {
    if (!egress.some(isAllowAll)) this.#allowAllRevoked = false;
    this.#inline = { ingress, egress };
    this.#derive();
  }

  add(direction: Direction, rule: SecurityRule): () => void {
    // An object of its own, so that two equal rules of two resources go one by one.
    const own = { ...rule };
    this.#added[direction].add(own);
    this.#derive();
    return () => {
      this.#added[direction].delete(own);
      this.#derive();
    };
  }

  /** What CloudFormation does to a group that gets a stand-alone egress rule (VPC-035). Not undone when that rule goes. */
  revokeAllowAllEgress(): void {
    this.#allowAllRevoked = true;
    this.#derive();
  }

  #derive(): void {
    const { ingress, egress } = this.#inline;
    this.#effective = {
      ingress: [...ingress, ...this.#added.ingress],
      egress: [...(this.#allowAllRevoked ? egress.filter((rule) => !isAllowAll(rule)) : egress), ...this.#added.egress],
    };
  }
}
