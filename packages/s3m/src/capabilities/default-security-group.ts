/** The security group that every VPC begins with, which lets its own members in and everything out (VPC-038). */
export interface DefaultSecurityGroup {
  /** `sg-...` */
  readonly id: string;
  /** Takes away the rule that lets its members in and the one that lets everything out. Harmless when they are gone. */
  restrict(): void;
  /** Puts both back. Harmless when they are there. */
  restore(): void;
}
