import type { ResourceFailure } from '../../../src/services/resource-type.ts';

/** What became of a promise, without waiting for it. */
export function outcome(promise: Promise<void>): { state: 'pending' | 'resolved' | 'rejected'; error?: ResourceFailure } {
  const result: { state: 'pending' | 'resolved' | 'rejected'; error?: ResourceFailure } = { state: 'pending' };
  promise.then(
    () => (result.state = 'resolved'),
    (error: ResourceFailure) => {
      result.state = 'rejected';
      result.error = error;
    },
  );
  return result;
}
