import type { ServedCertificate } from './served-certificate.ts';

/**
 * Which certificates may be shown to a client that asks for a name: at most one for each kind of key, so that a client that cannot take ECDSA
 * still gets an answer. Those of the listener's list that are for the name; of several the longest key, then one that names it exactly. When
 * there is none, the default one (ELB guide, "Default certificate", "Certificate list"). One whose names are not known comes before a default one
 * that is for other names.
 */
export function chooseCertificates(
  name: string | undefined,
  usual: ServedCertificate,
  list: readonly ServedCertificate[],
): readonly ServedCertificate[] {
  if (name === undefined) return [usual];
  const matching = list.filter((each) => rank(each, name) > 0);
  if (matching.length > 0) return bestOfEachKind(matching, name);
  if (rank(usual, name) > 0) return [usual];
  const unknown = list.find(({ domainNames }) => domainNames === undefined);
  return [unknown ?? usual];
}

function bestOfEachKind(candidates: readonly ServedCertificate[], name: string): readonly ServedCertificate[] {
  const ordered = candidates.toSorted((one, other) => other.key.bits - one.key.bits || rank(other, name) - rank(one, name));
  return (['ec', 'rsa'] as const).flatMap((kind) => ordered.find(({ key }) => key.kind === kind) ?? []);
}

/** 2 for a certificate that names it, 1 for one with a wildcard in place of the first label, 0 for others. */
function rank({ domainNames }: ServedCertificate, name: string): number {
  if (domainNames === undefined) return 0;
  const names = new Set(domainNames.map((each) => each.toLowerCase()));
  if (names.has(name)) return 2;
  const dot = name.indexOf('.');
  return dot > 0 && names.has(`*${name.slice(dot)}`) ? 1 : 0;
}
