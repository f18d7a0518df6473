/** A command line that can't be understood; ends with exit code 3 and points to the help. */
export class WrongUsage extends Error {
  readonly verb: string | undefined;

  constructor(message: string, verb?: string) {
    super(message);
    this.name = 'WrongUsage';
    this.verb = verb;
  }
}
