/** The media type of a `Content-Type` without parameters, in lower case; JSON when there is none (AG-321, AG-342). */
export function mediaTypeOf(contentType: string | undefined): string {
  const type = bare(contentType ?? '');
  return type === '' ? defaultMediaType : type;
}

/** The media types of an `Accept`, in its order. */
export function acceptedTypes(accept: string | undefined): readonly string[] {
  return (accept ?? '')
    .split(',')
    .map(bare)
    .filter((type) => type !== '');
}

/** AG-070 */
export const defaultMediaType = 'application/json';

function bare(text: string): string {
  const semicolon = text.indexOf(';');
  return (semicolon === -1 ? text : text.slice(0, semicolon)).trim().toLowerCase();
}
