/** What one thing on a connection's way says of it: a security group, a network ACL, a route. */
export type Examined =
  | { readonly allowed: true; readonly rule: string }
  /** What is missing, and what would open it, for people. */
  | { readonly allowed: false; readonly missing: string; readonly fix: string };
