// Sends requests at a steady rate until SIGTERM, then prints what came back. Half of them go over kept connections, half over fresh ones.
import { Agent, request } from 'node:http';

/** What one run of the load came to. */
export interface LoadResult {
  readonly sent: number;
  readonly answered: number;
  /** Requests that had no 200: what came instead, and the gateway's id of the request when it gave one. */
  readonly lost: readonly { readonly id: string; readonly came: string; readonly requestId: string | undefined }[];
  readonly seconds: number;
}

const [url = '', rateText = '500', prefix = 'r'] = process.argv.slice(2);
const rate = Number(rateText);
const kept = new Agent({ keepAlive: true, maxSockets: 32 });
const fresh = new Agent({ keepAlive: false });
const lost: { id: string; came: string; requestId: string | undefined }[] = [];
let sent = 0;
let answered = 0;
let open = 0;
let stopping = false;

function send(): void {
  const id = `${prefix}${sent}`;
  const agent = sent++ % 2 === 0 ? kept : fresh;
  open++;
  const end = (came?: string, requestId?: string): void => {
    open--;
    if (came === undefined) answered++;
    else lost.push({ id, came, requestId });
    if (stopping && open === 0) finish();
  };
  const call = request(url, { agent, headers: { 'x-request': id } }, (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => (body += chunk));
    response.on('end', () => {
      if (response.statusCode === 200 && body.endsWith(` ${id}`)) end();
      else end(`${response.statusCode} ${body}`, response.headers['x-amzn-requestid']?.toString());
    });
    response.on('error', (error) => end(error.message));
  });
  call.on('error', (error) => end(error.message));
  call.end();
}

const began = performance.now();
const timer = setInterval(() => {
  const due = ((performance.now() - began) / 1000) * rate;
  while (sent < due) send();
}, 5);

function finish(): void {
  const result: LoadResult = { sent, answered, lost, seconds: (performance.now() - began) / 1000 };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(0);
}

process.on('SIGTERM', () => {
  stopping = true;
  clearInterval(timer);
  if (open === 0) finish();
});
