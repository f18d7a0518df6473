/** Names with other characters than letters, digits and dashes, in lower case. */
export const oddName: RegExp = /[^a-z0-9-]/;

/** Servers that hand headers on as CGI variables (RFC 3875 section 4.1.18) make one of `X-User`, `X_User` and `X.User`: this one, `x-user`. */
export function asVariable(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-');
}
