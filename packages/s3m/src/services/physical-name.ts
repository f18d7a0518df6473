import { createHash } from 'node:crypto';

/** Which resource a name is for. `generation` counts replacements, so that the new one and the old one can be there together. */
export interface PhysicalIdentity {
  readonly stack: string;
  readonly logicalId: string;
  readonly generation?: number;
}

const SUFFIX_LENGTH = 12;

/**
 * The name that CloudFormation would make up (CFN-041): `STACK-LOGICALID-0A1B2C3D4E5F`. AWS's suffix is random; this one is a digest,
 * so the same resource has the same name after a restart. Longer than `max` characters (255 by default), stack and logical id are cut.
 */
export function physicalName(identity: PhysicalIdentity, options: { readonly max?: number; readonly lowerCase?: boolean } = {}): string {
  const max = options.max ?? 255;
  const suffix = physicalId(identity, SUFFIX_LENGTH, 'base36', 'name').toUpperCase();
  const room = Math.max(2, max - SUFFIX_LENGTH - 2);
  const { stack, logicalId } = identity;
  const forStack = Math.min(stack.length, Math.max(Math.floor(room / 2), room - logicalId.length));
  const name = `${trimHyphens(stack.slice(0, forStack))}-${trimHyphens(logicalId.slice(0, room - forStack))}-${suffix}`;
  return options.lowerCase === true ? name.toLowerCase() : name;
}

/** `count` characters of a digest of the identity and `salt`, in lower case: `vpc-` and 17 hex digits, an API id of ten base-36 characters. */
export function physicalId(identity: PhysicalIdentity, count: number, alphabet: 'hex' | 'base36' = 'hex', salt = ''): string {
  let id = '';
  for (let block = 0; id.length < count; block++) {
    const digest = createHash('sha256')
      .update(JSON.stringify([identity.stack, identity.logicalId, identity.generation ?? 0, salt, block]))
      .digest('hex');
    id += alphabet === 'hex' ? digest : toBase36(digest);
  }
  return id.slice(0, count);
}

/** The last 40 base-36 digits: the leading ones of a 256-bit number are not evenly spread. */
function toBase36(hex: string): string {
  return BigInt(`0x${hex}`).toString(36).padStart(40, '0').slice(-40);
}

function trimHyphens(text: string): string {
  return text.replace(/-+$/, '');
}
