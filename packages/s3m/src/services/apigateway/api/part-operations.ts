import { createHash } from 'node:crypto';
import { asNumber, asText, asTexts, printProperties, type Form } from '../../print-properties.ts';
import type { RestAnswer, RestCall } from '../../rest-json-service.ts';
import { unsupported } from '../../service-error.ts';
import type { AuthorizerDefinition } from '../authorizers/authorizer-definition.ts';
import type { LiveApi } from '../live-api.ts';
import type { ModelDefinition, RequestValidatorDefinition } from '../validation/model-definition.ts';
import { one } from '../../rest-answers.ts';
import { apiOf, page } from './named-in-call.ts';

const lambdaForm: Form = {
  authorizerUri: ['AuthorizerUri', asText],
  authorizerCredentials: ['AuthorizerCredentials', asText],
  identitySource: ['IdentitySource', asText],
  identityValidationExpression: ['IdentityValidationExpression', asText],
  authorizerResultTtlInSeconds: ['AuthorizerResultTtlInSeconds', asNumber, 300],
};

const poolForm: Form = {
  providerARNs: ['ProviderARNs', asTexts],
  identitySource: ['IdentitySource', asText],
  identityValidationExpression: ['IdentityValidationExpression', asText],
  authorizerResultTtlInSeconds: ['AuthorizerResultTtlInSeconds', asNumber, 300],
};

export function getAuthorizers(call: RestCall): RestAnswer {
  return page([...apiOf(call).draft.authorizers.values()].map(printAuthorizer), call);
}

export function getAuthorizer(call: RestCall): RestAnswer {
  const found = apiOf(call).draft.authorizers.get(call.path['authorizer_id']!);
  return one(found && printAuthorizer(found), 'Invalid Authorizer identifier specified');
}

function printAuthorizer({ id, name, type, properties }: AuthorizerDefinition): object {
  const pools = type === 'COGNITO_USER_POOLS';
  return {
    id,
    name,
    type,
    ...printProperties({ authType: ['AuthType', asText, pools ? 'cognito_user_pools' : 'custom'] }, properties),
    ...printProperties(pools ? poolForm : lambdaForm, properties),
  };
}

/** What each API has from the beginning. */
const ownModels: readonly PrintedModel[] = [
  {
    name: 'Empty',
    description: 'This is a default empty schema model',
    schema: '{\n  "$schema": "http://json-schema.org/draft-04/schema#",\n  "title" : "Empty Schema",\n  "type" : "object"\n}',
    contentType: 'application/json',
  },
  {
    name: 'Error',
    description: 'This is a default error schema model',
    schema:
      '{\n  "$schema" : "http://json-schema.org/draft-04/schema#",\n  "title" : "Error Schema",\n  "type" : "object",\n  "properties" : {\n    "message" : { "type" : "string" }\n  }\n}',
    contentType: 'application/json',
  },
];

export function getModels(call: RestCall): RestAnswer {
  return page(modelsOf(apiOf(call)), call);
}

export function getModel(call: RestCall): RestAnswer {
  const api = apiOf(call);
  if (call.query.get('flatten') === 'true') throw unsupported('flatten=true of GetModel is not served here');
  return one(
    modelsOf(api).find(({ name }) => name === call.path['model_name']),
    `Invalid model name specified: ${call.path['model_name']}`,
  );
}

function modelsOf(api: LiveApi): { readonly name: string }[] {
  const own = [...api.draft.models.values()].map(printModel);
  return [...ownModels.filter(({ name }) => !api.draft.models.has(name)), ...own].map((model) => ({
    id: modelId(api, model.name),
    ...model,
  }));
}

interface PrintedModel {
  readonly name: string;
  readonly description?: string;
  readonly schema: string;
  readonly contentType: string;
}

function printModel({ name, contentType, schema, description }: ModelDefinition): PrintedModel {
  return { name, ...(description === undefined ? {} : { description }), schema: JSON.stringify(schema), contentType };
}

/** Models are known by their names; only here they have ids. */
function modelId(api: LiveApi, name: string): string {
  return BigInt(`0x${createHash('sha256').update(`${api.id} ${name}`).digest('hex')}`)
    .toString(36)
    .slice(-6);
}

export function getRequestValidators(call: RestCall): RestAnswer {
  return page([...apiOf(call).draft.validators.values()].map(printValidator), call);
}

export function getRequestValidator(call: RestCall): RestAnswer {
  const found = apiOf(call).draft.validators.get(call.path['requestvalidator_id']!);
  return one(found && printValidator(found), 'Invalid Request Validator identifier specified');
}

function printValidator({ id, name, validatesBody, validatesParameters }: RequestValidatorDefinition): object {
  return { id, name, validateRequestBody: validatesBody, validateRequestParameters: validatesParameters };
}
