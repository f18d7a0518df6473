import { headerValues, type HeaderLines } from '../../../http/message.ts';

/** How clients stay with a target (target group attributes `stickiness.*`). */
export type Stickiness =
  | { readonly kind: 'lb_cookie'; readonly durationMs: number }
  /** The application's own cookie begins the stay and gives it its name. */
  | { readonly kind: 'app_cookie'; readonly durationMs: number; readonly cookieName: string };

/** AWS's names: of the balancer's own cookie, of the one beside an application's, and of the one that remembers the group. */
export const balancerCookie = 'AWSALB';
export const applicationCookie = 'AWSALBAPP-0';
export const groupCookie = 'AWSALBTG';

export function cookieValue(headers: HeaderLines, name: string): string | undefined {
  for (const line of headerValues(headers, 'Cookie')) {
    for (const pair of line.split(';')) {
      const at = pair.indexOf('=');
      if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
    }
  }
  return undefined;
}

/** The Set-Cookie values that make a client stay: each cookie has a twin for other origins, as on AWS. */
export function stayCookies(name: string, value: string, now: number, durationMs: number): readonly string[] {
  const expires = new Date(now + durationMs).toUTCString();
  const twin = name.replace('-', 'CORS-').replace(/^(AWSALB|AWSALBTG)$/, '$1CORS');
  return [`${name}=${value}; Expires=${expires}; Path=/`, `${twin}=${value}; Expires=${expires}; Path=/; SameSite=None; Secure`];
}

export function setsCookie(headers: HeaderLines, name: string): boolean {
  return headerValues(headers, 'Set-Cookie').some((line) => line.startsWith(`${name}=`));
}
