/** AWS's names, without `Exception`. */
export type SignatureProblemCode =
  | 'MissingAuthenticationToken'
  | 'IncompleteSignature'
  | 'InvalidSignature'
  | 'UnrecognizedClient'
  | 'ExpiredToken';

/** Why a request does not count as signed. `message` is AWS's text for the client. */
export class SignatureProblem extends Error {
  readonly code: SignatureProblemCode;

  constructor(code: SignatureProblemCode, message: string) {
    super(message);
    this.name = 'SignatureProblem';
    this.code = code;
  }
}

/** No signature at all. */
export function missingToken(): SignatureProblem {
  return new SignatureProblem('MissingAuthenticationToken', 'Missing Authentication Token');
}

export function incompleteSignature(message: string): SignatureProblem {
  return new SignatureProblem('IncompleteSignature', message);
}

export function invalidSignature(message: string): SignatureProblem {
  return new SignatureProblem('InvalidSignature', message);
}

/** An access key that nobody has, or a session token that is not the key's (IAM-043). */
export function unrecognizedClient(): SignatureProblem {
  return new SignatureProblem('UnrecognizedClient', 'The security token included in the request is invalid.');
}

/** AG-368 */
export function expiredToken(): SignatureProblem {
  return new SignatureProblem('ExpiredToken', 'The security token included in the request is expired');
}
