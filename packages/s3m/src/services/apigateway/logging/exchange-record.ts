import type { HeaderLines } from '../../../http/message.ts';

/** What went to a backend and what came back, kept for methods with `DataTraceEnabled` (AG-464). */
export interface ExchangeRecord {
  sent?: { readonly uri: string; readonly headers: HeaderLines; readonly body: Buffer | undefined };
  received?: { readonly status: number; readonly headers: HeaderLines; readonly body: Buffer | undefined };
}
