/** What came back from a call, or why nothing did. */
export interface CallResult {
  readonly url: string;
  readonly status: number | undefined;
  readonly statusText: string;
  readonly body: string;
  readonly latencyMs: number;
  readonly requestId: string | undefined;
}

/** Calls a service and reports whatever comes back. Never rejects. */
export async function callService(url: string, token: string): Promise<CallResult> {
  const started = performance.now();
  try {
    const response = await fetch(url, { headers: token === '' ? {} : { Authorization: `Bearer ${token}` }, cache: 'no-store' });
    const text = await response.text();
    return {
      url,
      status: response.status,
      statusText: response.statusText,
      body: pretty(text),
      latencyMs: performance.now() - started,
      requestId: response.headers.get('x-amzn-requestid') ?? undefined,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      url,
      status: undefined,
      statusText: 'no answer',
      body: `${reason}\nThe address may be wrong, nothing may listen there, or the answer lacks CORS headers for this site.`,
      latencyMs: performance.now() - started,
      requestId: undefined,
    };
  }
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
