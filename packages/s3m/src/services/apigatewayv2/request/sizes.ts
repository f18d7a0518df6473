/** Bytes of a request's or an answer's body (AG-557). */
export const maxPayload: number = 10_485_760;
/** Bytes of the request line and all header lines (AG-558). */
export const maxHead: number = 10_240;
