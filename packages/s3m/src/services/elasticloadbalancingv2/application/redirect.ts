import type { HttpAnswer } from '../../../http/exchange.ts';
import type { RedirectAction } from './action.ts';
import type { BalancedRequest } from './balanced-request.ts';

/** Answers with another address, put together from the action's parts and the request's own (ELBv2 API, RedirectActionConfig). */
export function redirect(action: RedirectAction, request: BalancedRequest): HttpAnswer {
  const own: Readonly<Record<string, string>> = {
    protocol: request.protocol,
    host: request.host,
    port: String(request.port),
    // The action writes the slash.
    path: request.path.replace(/^\//, ''),
    query: request.queryText,
  };
  const fill = (text: string): string => text.replaceAll(/#\{(protocol|host|port|path|query)\}/g, (_, name: string) => own[name]!);
  const protocol = fill(action.protocol).toLowerCase();
  const port = fill(action.port);
  const query = fill(action.query);
  const authority = `${fill(action.host)}:${port}`;
  return {
    status: action.status,
    headers: [
      'Server',
      'awselb/2.0',
      'Content-Type',
      'text/html',
      'Location',
      `${protocol}://${authority}${fill(action.path)}${query === '' ? '' : `?${query}`}`,
    ],
    body: page(action.status === 301 ? '301 Moved Permanently' : '302 Found'),
  };
}

/** The page that the balancer shows with an answer of its own (NLB-074). */
export function page(title: string): string {
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}
