import { HeaderText, LineStart } from '../../http/header-text.ts';
import type { Source } from './context-variables.ts';
import { configurationError, Refused } from './failures.ts';
import { isHeaderText } from './gateway-responses.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** A header of the backend's request whose value is mapped. */
export class MappedHeader {
  readonly name: string;
  readonly #start: LineStart;
  readonly #source: Source;
  /** The value that came last, and its line: most requests have the same one as others. */
  #value: string | undefined;
  #line = new HeaderText();

  constructor(name: string, source: Source) {
    this.name = name;
    this.#start = new LineStart(name);
    this.#source = source;
  }

  /** Adds the line, or none where there is no value, or an empty one (AG-217, AG-331). Refuses a value that could break out of its header. */
  addTo(text: HeaderText, request: GatewayRequest): Refused | undefined {
    const value = this.#source(request);
    if (value === undefined || value === '') return undefined;
    if (value !== this.#value) {
      if (!isHeaderText(value))
        return new Refused(
          configurationError,
          `The value for header ${this.name} has a control character, or one that is not ASCII, in it`,
        );
      const line = new HeaderText();
      line.add(this.#start, value);
      this.#line = line.inOnePiece();
      this.#value = value;
    }
    text.addText(this.#line);
    return undefined;
  }
}
