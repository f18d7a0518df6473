import { PropertyReader } from '../../property-reader.ts';
import type { Properties } from '../../resource-type.ts';
import type { RequestLimit } from '../../../gateway/token-bucket.ts';
import { accountLimit } from './usage-register.ts';

/**
 * Metadata `S3M: {accountThrottle: {rateLimit: 50000, burstLimit: 25000}}` of an API: the request quota of the account that it will run in, where
 * AWS has raised it (AG-419). Undefined: AWS's default counts.
 * @throws ResourceFailure
 */
export function readAccountThrottle(metadata: Properties): RequestLimit | undefined {
  const throttle = new PropertyReader(metadata).object('S3M')?.object('accountThrottle');
  if (throttle === undefined) return undefined;
  return { rate: throttle.number('rateLimit', accountLimit.rate), burst: throttle.number('burstLimit', accountLimit.burst) };
}
