import { isFieldValue } from '../../../http/byte-classes.ts';
import { headerValues, type HeaderLines } from '../../../http/message.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';
import { compileBodySelector } from '../request/json-path.ts';
import { compileSelection, compileValue, ExpressionProblem } from '../request/selection-expression.ts';
import { parseMappingKey, type MappingKey } from './mapping-key.ts';
import { withoutHeader } from './parameter-mapping.ts';

/** An integration's answer, taken in whole. */
export interface WholeAnswer {
  readonly status: number;
  readonly reason?: string;
  readonly headers: HeaderLines;
  readonly body?: Buffer;
}

/** A request with its answer: what a value of a response mapping is read from. */
interface Answered {
  readonly request: HttpApiRequest;
  readonly answer: WholeAnswer;
}

interface Mapping extends MappingKey {
  readonly source: (answered: Answered) => string | undefined;
}

/** Status code of the integration to what is changed (AG-585). */
export type ResponseParameters = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** `ResponseParameters` of an integration, compiled. */
export class ResponseMapping {
  readonly #byStatus: ReadonlyMap<number, readonly Mapping[]>;

  /** @throws ExpressionProblem for keys and values that AWS refuses */
  constructor(parameters: ResponseParameters) {
    this.#byStatus = new Map(
      Object.entries(parameters).map(([status, mappings]) => {
        if (!/^[2-5]\d\d$/.test(status)) throw new ExpressionProblem(`Invalid status code specified: ${status}`);
        return [Number(status), Object.entries(mappings).map(([key, value]) => compileMapping(key, value))];
      }),
    );
  }

  apply(request: HttpApiRequest, answer: WholeAnswer): WholeAnswer {
    const mappings = this.#byStatus.get(answer.status);
    if (mappings === undefined) return answer;
    let { status } = answer;
    let lines = answer.headers;
    for (const { operation, place, name, source } of mappings) {
      const value = operation === 'remove' ? undefined : source({ request, answer });
      if (place === 'statuscode') {
        if (value !== undefined && /^[2-5]\d\d$/.test(value)) status = Number(value);
        continue;
      }
      if (operation !== 'append') lines = withoutHeader(lines, name);
      // Fails closed: what cannot stand in a header is left out.
      if (value !== undefined && isFieldValue(value)) lines = [...lines, name, value];
    }
    const { reason, ...rest } = answer;
    return { ...rest, ...(reason === undefined || status !== answer.status ? {} : { reason }), status, headers: lines };
  }
}

function compileMapping(key: string, value: string): Mapping {
  return { ...parseMappingKey(key, 'response'), source: compileValue(value, compileAnswerSelection) };
}

/** `response.header.X`, `response.body.X`, `context.X`, `stageVariables.X`; nothing of the request itself. */
function compileAnswerSelection(selection: string): ((answered: Answered) => string | undefined) | undefined {
  if (selection.startsWith('response.header.')) {
    const name = selection.slice('response.header.'.length);
    return ({ answer }) => {
      const values = headerValues(answer.headers, name);
      return values.length === 0 ? undefined : values.join(',');
    };
  }
  if (selection.startsWith('response.body')) {
    const select = compileBodySelector(selection.slice('response.body'.length));
    return select === undefined ? undefined : ({ answer }) => select(answer.body);
  }
  const source = selection.startsWith('request.') ? undefined : compileSelection(selection);
  return source === undefined ? undefined : ({ request }) => source(request);
}
