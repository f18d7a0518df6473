/** What AWS is reported to do, and this engine doesn't, while a VPC link comes to a zone that has no healthy target and nothing crosses zones (NLB-026). */
export function zonesWithoutTargets(balancer: string, group: string, zones: readonly string[]): string {
  return `Target group "${group}" has no healthy target in ${zones.join(', ')}, and cross-zone load balancing of "${balancer}" is off: on AWS API Gateway may answer 504 "Network error communicating with endpoint" now and then, here it does not. Set load_balancing.cross_zone.enabled to true, or run a task in each zone`;
}

/** What AWS documents of a balancer in front of another one that crosses zones when it doesn't itself (NLB-076). */
export function differingCrossZone(balancer: string, group: string): string {
  return `Target group "${group}" has an Application Load Balancer, which sends to all zones, as its target, and cross-zone load balancing of "${balancer}" is off: on AWS clients may get 503 now and then where the two differ, here they do not. Set load_balancing.cross_zone.enabled of "${balancer}" to true`;
}
