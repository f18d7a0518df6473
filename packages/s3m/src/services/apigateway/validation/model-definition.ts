import type { Value } from '../../resource-type.ts';

/** `AWS::ApiGateway::Model`: a JSON Schema of draft 4 by which bodies are checked (AG-408, AG-530). */
export interface ModelDefinition {
  readonly logicalId: string;
  readonly name: string;
  readonly contentType: string;
  readonly description?: string | undefined;
  readonly schema: Value;
}

/** `AWS::ApiGateway::RequestValidator` (AG-398, AG-531). */
export interface RequestValidatorDefinition {
  readonly logicalId: string;
  readonly id: string;
  readonly name: string;
  readonly validatesParameters: boolean;
  readonly validatesBody: boolean;
}

/** What a method says of its requests. Only a validator makes it count (AG-398). */
export interface RequestRules {
  readonly validatorId: string | undefined;
  /** `method.request.header.X`, `.path.X`, `.querystring.X` of what must be there. */
  readonly required: readonly string[];
  /** Media type to model name. */
  readonly models: Readonly<Record<string, string>>;
}

/** Models that each API has from its beginning (AG-409). */
export const builtInModels: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['Empty', { $schema: 'http://json-schema.org/draft-04/schema#', title: 'Empty Schema', type: 'object' }],
  [
    'Error',
    {
      $schema: 'http://json-schema.org/draft-04/schema#',
      title: 'Error Schema',
      type: 'object',
      properties: { message: { type: 'string' } },
    },
  ],
]);
