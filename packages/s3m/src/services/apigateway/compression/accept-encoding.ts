/** Codings that bodies are compressed with (AG-444). `deflate` is zlib's format, as RFC 9110 section 8.4.1.2 has it. */
export type Coding = 'gzip' | 'deflate';

/** The coding for an answer: the one that the client likes best, if it is one of these; the first of several that it likes alike (AG-445, AG-446). */
export function preferredCoding(acceptEncoding: string | undefined): Coding | undefined {
  let best: { readonly name: string; readonly weight: number } | undefined;
  for (const item of (acceptEncoding ?? '').split(',')) {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const weight = weightOf(parameters);
    if (name !== '' && weight > (best?.weight ?? 0)) best = { name, weight };
  }
  return best?.name === 'gzip' || best?.name === 'deflate' ? best.name : undefined;
}

function weightOf(parameters: readonly string[]): number {
  const q = parameters.find((parameter) => parameter.startsWith('q='));
  if (q === undefined) return 1;
  const weight = Number(q.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
}
