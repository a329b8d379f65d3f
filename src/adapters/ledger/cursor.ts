/** Where a page of events ended: the moment and the number of its last event. Opaque to whoever pages. */
export interface Cursor {
  readonly at: number;
  readonly seq: number;
}

export const formatCursor = ({ at, seq }: Cursor): string => `${at}.${seq}`;

/** Undefined for the first page. @throws RangeError for what is no cursor: it comes from a client. */
export function parseCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,16})\.(\d{1,16})$/.exec(text);
  if (match === null) throw new RangeError('this is not a cursor of the ledger');
  return { at: Number(match[1]), seq: Number(match[2]) };
}

export const pageSize = (limit: number): number => Math.min(1000, Math.max(0, Math.trunc(limit)));
