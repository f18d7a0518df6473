import { S3Error } from './s3-error.ts';

/** Bytes of all fields before the file (S3 API Reference, "POST Object"). */
const maxFieldBytes = 20 * 1024;
const maxHeadBytes = 8 * 1024;

/** What stands before the bytes of an uploaded file. */
export interface Form {
  /** By name in lower case, in their order. */
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string;
  /** Hands over the file's bytes, as fast as they are taken. What follows the file doesn't count. @throws S3Error */
  readFile(take: (bytes: Buffer) => Promise<void>): Promise<void>;
}

/** Reads a form (RFC 7578) up to the bytes of its file. @throws S3Error */
export async function readForm(source: AsyncIterable<Buffer>, contentType: string): Promise<Form> {
  const boundary = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (name === undefined) throw malformedForm();
  const delimiter = Buffer.from(`\r\n--${name}`);
  const reader = new FormReader(source);
  const fields = new Map<string, string>();
  let fieldBytes = 0;
  await reader.readUntil(delimiter, async () => {});
  for (;;) {
    // What ends the line, or with two hyphens the form.
    const next = await reader.take(2);
    if (next === '--') throw missingFile(fields.size);
    if (next !== '\r\n') throw malformedForm();
    const head = parseHead(await reader.readText(Buffer.from('\r\n\r\n'), maxHeadBytes, malformedForm));
    if (head.name === 'file') {
      return { fields, fileName: head.fileName, readFile: (take) => reader.readUntil(delimiter, take) };
    }
    const value = await reader.readText(delimiter, maxFieldBytes - fieldBytes, tooLarge);
    fieldBytes += value.length;
    fields.set(head.name, Buffer.from(value, 'latin1').toString());
  }
}

/** Looks for delimiters in what comes piece by piece. */
class FormReader {
  readonly #source: AsyncIterator<Buffer>;
  /** So that the first delimiter may stand at the very beginning. */
  #waiting: Buffer = Buffer.from('\r\n');

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Hands over what stands before `delimiter`, and goes on behind it. */
  async readUntil(delimiter: Buffer, take: (bytes: Buffer) => Promise<void>): Promise<void> {
    for (;;) {
      const at = this.#waiting.indexOf(delimiter);
      // The delimiter may have begun.
      const end = at === -1 ? Math.max(0, this.#waiting.length - delimiter.length + 1) : at;
      if (end > 0) await take(this.#waiting.subarray(0, end));
      this.#waiting = this.#waiting.subarray(at === -1 ? end : end + delimiter.length);
      if (at !== -1) return;
      await this.#readMore();
    }
  }

  /** As `readUntil`, of few bytes, each a character. */
  async readText(delimiter: Buffer, most: number, refusal: () => S3Error): Promise<string> {
    let text = '';
    await this.readUntil(delimiter, async (bytes) => {
      text += bytes.toString('latin1');
      if (text.length > most) throw refusal();
    });
    return text;
  }

  async take(count: number): Promise<string> {
    while (this.#waiting.length < count) await this.#readMore();
    const text = this.#waiting.toString('latin1', 0, count);
    this.#waiting = this.#waiting.subarray(count);
    return text;
  }

  async #readMore(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done === true) throw malformedForm();
    this.#waiting = Buffer.concat([this.#waiting, value]);
  }
}

function parseHead(text: string): { readonly name: string; readonly fileName: string } {
  const disposition = /^content-disposition:[ \t]*form-data(;.*)$/im.exec(text)?.[1] ?? '';
  const parameter = (name: string): string | undefined => {
    const value = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(disposition)?.[1];
    // Names are UTF-8; browsers write a quotation mark as %22, others escape it.
    return value === undefined ? undefined : Buffer.from(value.replaceAll(/\\(["\\])/g, '$1').replaceAll('%22', '"'), 'latin1').toString();
  };
  const name = parameter('name');
  if (name === undefined) throw malformedForm();
  return { name: name.toLowerCase(), fileName: /[^/\\]*$/.exec(parameter('filename') ?? '')?.[0] ?? '' };
}

function malformedForm(): S3Error {
  return new S3Error(400, 'MalformedPOSTRequest', 'The body of your POST request is not well-formed multipart/form-data.');
}

function tooLarge(): S3Error {
  return new S3Error(400, 'MaxPostPreDataLengthExceeded', 'Your POST request fields preceding the upload file were too large.', [
    ['MaxPostPreDataLengthExceeded', maxFieldBytes],
  ]);
}

function missingFile(fields: number): S3Error {
  return fields === 0
    ? malformedForm()
    : new S3Error(400, 'IncorrectNumberOfFilesInPostRequest', 'POST requires exactly one file upload per request.');
}
