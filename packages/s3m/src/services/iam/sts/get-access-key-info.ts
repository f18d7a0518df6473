import { refuseAccess } from '../../access.ts';
import type { StsAction } from './serve-sts.ts';
import { accessDenied, invalid } from './sts-error.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The account that an access key belongs to (STS API Reference, GetAccessKeyInfo). Keys of other accounts carry its number in themselves. */
export const getAccessKeyInfo: StsAction = (account, { caller, accessKeyId }, input) => {
  const denial = refuseAccess(account, caller, { action: 'sts:GetAccessKeyInfo', resource: '*', accessKeyId });
  if (denial !== undefined) throw accessDenied(denial.message);
  const asked = input.get('AccessKeyId') ?? undefined;
  if (asked === undefined) throw invalid('accessKeyId', asked, 'not be null');
  if (asked.length < 16) throw invalid('accessKeyId', asked, 'have length greater than or equal to 16');
  if (asked.length > 128) throw invalid('accessKeyId', asked, 'have length less than or equal to 128');
  if (!/^\w*$/.test(asked)) throw invalid('accessKeyId', asked, String.raw`satisfy regular expression pattern: [\w]*`);
  return { Account: account.directory.find('credentials', asked)?.owner.accountId ?? accountWithin(asked) };
};

/** Bits 1 to 40 of what follows the four letters, in base 32; characters that base 32 has not count as nothing. */
function accountWithin(accessKeyId: string): string {
  const digits = Array.from(accessKeyId.slice(4, 14), (character) => BigInt(Math.max(alphabet.indexOf(character), 0)));
  const bits = digits.reduce((sum, digit) => (sum << 5n) | digit, 0n);
  return String(((bits >> 2n) & 0x7fff_ffff_ff80n) >> 7n).padStart(12, '0');
}
