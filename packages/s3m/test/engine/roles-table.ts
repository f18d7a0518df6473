/** A table `Roles` with the key `id`, as a resource of a template. */
export const rolesTable = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: 'Roles',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  },
} as const;
