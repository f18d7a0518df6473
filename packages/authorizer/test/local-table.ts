import { buffer } from 'node:stream/consumers';
import type { ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { listen } from './local-issuer.ts';

/** A DynamoDB endpoint with one table of roles, whose answers a test may replace. */
export interface LocalTable {
  readonly url: string;
  readonly requests: { readonly headers: Readonly<Record<string, unknown>>; readonly body: unknown }[];
  /** By subject: the item's attributes. */
  readonly items: Map<string, unknown>;
  override: ((response: ServerResponse, attempt: number) => void) | undefined;
}

export async function startTable(context: TestContext): Promise<LocalTable> {
  const { url } = await listen(context, (request, response) => {
    void buffer(request).then((bytes) => {
      const body = JSON.parse(bytes.toString()) as { readonly Key: { readonly subject: { readonly S: string } } };
      table.requests.push({ headers: request.headers, body });
      if (table.override !== undefined) return table.override(response, table.requests.length);
      const item = table.items.get(body.Key.subject.S);
      return response.end(JSON.stringify(item === undefined ? {} : { Item: item }));
    });
  });
  const table: LocalTable = { url, requests: [], items: new Map(), override: undefined };
  return table;
}

/** The variables that Lambda gives a function, and the one that leads its calls here. */
export function environmentFor(table: LocalTable): Record<string, string> {
  return {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    AWS_SESSION_TOKEN: 'session',
    AWS_ENDPOINT_URL_DYNAMODB: table.url,
    ROLES_TABLE_NAME: 'roles-table',
  };
}
