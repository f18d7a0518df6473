import { NetworkModelError } from '../../network/vpc-network.ts';
import { ResourceFailure } from '../resource-type.ts';

/** Runs a change of the network; what EC2 would refuse becomes a failure of the resource. */
export function inEc2<T>(change: () => T): T {
  try {
    return change();
  } catch (error) {
    if (error instanceof NetworkModelError) throw new ResourceFailure(error.message, { cause: error });
    throw error;
  }
}
