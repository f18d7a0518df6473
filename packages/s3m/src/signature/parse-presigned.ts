import { incompleteSignature } from './signature-problem.ts';
import { rawQuery, type SignatureClaim } from './signed-request.ts';
import { uriDecode } from './uri-encoding.ts';

const required = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders', 'X-Amz-Date'];

/** Reads the signature of a presigned request; undefined when the query has none. @throws SignatureProblem */
export function tryPresigned(target: string): SignatureClaim | undefined {
  if (!target.includes('X-Amz-Algorithm')) return undefined;
  const query = rawQuery(target).map(([name, value]) => [uriDecode(name), uriDecode(value)] as const);
  const valuesOf = (name: string): string[] => query.filter(([other]) => other === name).map(([, value]) => value);
  if (valuesOf('X-Amz-Algorithm').length === 0) return undefined;
  // A parameter that is there twice has no value: nobody can say which one counts.
  const valueOf = (name: string): string | undefined => (valuesOf(name).length === 1 ? valuesOf(name)[0] : undefined);
  const missing = required.filter((name) => (valueOf(name) ?? '') === '');
  if (missing.length > 0) {
    const list = missing.map((name) => `AWS query-string parameters must include '${name}'. `).join('');
    throw incompleteSignature(`${list}Re-examine the query-string parameters.`);
  }
  return {
    place: 'query',
    algorithm: valueOf('X-Amz-Algorithm')!,
    credential: valueOf('X-Amz-Credential')!,
    signedHeaders: valueOf('X-Amz-SignedHeaders')!.toLowerCase().split(';'),
    signature: valueOf('X-Amz-Signature')!,
    timestamp: valueOf('X-Amz-Date')!,
    sessionToken: valueOf('X-Amz-Security-Token'),
    expires: valueOf('X-Amz-Expires'),
  };
}
