import type { Network } from './network.ts';

/** The whole network of an account: what {@link Network} decides, and what `AWS::EC2::*` resources put in. */
export interface VpcNetwork extends Network {}
