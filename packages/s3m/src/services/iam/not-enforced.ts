/** Why resources of IAM have no effect. */
export const NOT_ENFORCED = { inert: 'roles and policies are not enforced yet (iam: not enforced)' } as const;
