/**
 * Where a connection comes from. `interface`: an elastic network interface of the model. `private-link`: API Gateway's own fleet
 * through a VPC link V1, whose private client address belongs to nobody in the VPC (NLB-056). `outside`: not a resource of this account.
 */
export type NetworkSource =
  | {
      readonly kind: 'interface';
      readonly interfaceId: string;
      /** Whose address the packets carry when a load balancer keeps that of its client (NLB-047); null for a client outside every VPC. */
      readonly clientAddress?: string | null;
    }
  | { readonly kind: 'private-link'; readonly vpcLinkId: string }
  | { readonly kind: 'outside' };
