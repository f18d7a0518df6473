import { createHash } from 'node:crypto';
import type { Account } from '../../account.ts';
import type { XmlNode } from '../../print-xml.ts';

/** The account's canonical user id, by which S3 names owners: 64 hexadecimal digits. */
export function canonicalUserId({ id }: Pick<Account, 'id'>): string {
  return createHash('sha256').update(id).digest('hex');
}

export function ownerElement(account: Pick<Account, 'id'>, name = 'Owner'): XmlNode {
  return [name, [['ID', canonicalUserId(account)]]];
}
