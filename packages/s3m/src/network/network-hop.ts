/** One decision of the network model, kept for the trace: who wanted to reach whom, and what let it pass or stopped it. */
export interface NetworkHop {
  /** `NLB node 10.0.2.9 (PrivateNlb)` */
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly allowed: boolean;
  /** The rule or route that decided: `ingress tcp 8080 from sg-0a... (NlbSecurityGroup) on sg-0b... (WeatherSecurityGroup)`; when refused, what was missing and the rule that would open it. */
  readonly rule: string;
}
