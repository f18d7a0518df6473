/** Something that EC2 would refuse to put into the network. `message` is EC2's text where it has one. */
export class NetworkModelError extends Error {
  /** `InvalidSubnet.Conflict` */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'NetworkModelError';
    this.code = code;
  }
}
