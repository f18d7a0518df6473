import { OutputLines } from './output-lines.ts';

const HEADER = 8;

/** Takes apart the stream of a container without a terminal: frames of an 8-byte header (1 standard output, 2 standard error; length) and bytes. */
export class DockerOutput {
  readonly #streams: ReadonlyMap<number, OutputLines>;
  #rest = Buffer.alloc(0);

  constructor(line: (line: string) => void) {
    this.#streams = new Map([1, 2].map((number) => [number, new OutputLines(line)]));
  }

  write(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= HEADER) {
      const end = HEADER + bytes.readUInt32BE(4);
      if (bytes.length < end) break;
      this.#streams.get(bytes.readUInt8(0))?.write(bytes.subarray(HEADER, end));
      bytes = bytes.subarray(end);
    }
    this.#rest = Buffer.from(bytes);
  }

  end(): void {
    for (const lines of this.#streams.values()) lines.end();
  }
}
