/** A message that breaks a rule of RFC 9112 or a bound. `why` says which, with the section. */
export class Malformed extends Error {
  /** What a server answers to a request with this fault. */
  readonly status: number;
  readonly why: string;

  constructor(status: number, why: string) {
    super(why);
    this.name = 'Malformed';
    this.status = status;
    this.why = why;
  }
}

/** Names a byte in a message for people. */
export function describeByte(byte: number): string {
  const shown = byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : '';
  return `${shown === '' ? '' : `${shown} `}0x${byte.toString(16).padStart(2, '0')}`;
}
