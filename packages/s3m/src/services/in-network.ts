import { NetworkModelError } from '../network/network-model-error.ts';
import { ResourceFailure } from './resource-type.ts';

/** Changes the network; what EC2 would refuse becomes a failure of the resource, at `property` when it is known. */
export function inNetwork<T>(change: () => T, property?: string): T {
  try {
    return change();
  } catch (error) {
    if (!(error instanceof NetworkModelError)) throw error;
    throw new ResourceFailure(error.message, { cause: error, ...(property === undefined ? {} : { property }) });
  }
}
