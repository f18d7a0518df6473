/** An attribute value in DynamoDB's JSON: `{"S": "x"}`, `{"SS": ["a"]}`. */
export type AttributeValue = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, AttributeValue>>;

/** How roles stand in a table that Metadata `S3M: {roles: {subject, roles}}` names: the attribute with the caller's id, the attribute with the list of roles. */
export interface RolesLayout {
  readonly subject: string;
  readonly roles: string;
}

/** A DynamoDB table as the engine itself uses it: to seed it, and to give roles to the subjects of local tokens. */
export interface Table {
  readonly name: string;
  readonly arn: string;
  /** Present when the template says that this table holds roles. */
  readonly roles?: RolesLayout;
  put(item: Item): Promise<void>;
  scan(): Promise<readonly Item[]>;
}
