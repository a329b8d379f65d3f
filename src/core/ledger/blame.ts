/** Which event put a field there: the newest one that wrote the object and touched the field, something in it, or something around it. */
import type { LedgerEvent, Touched } from './event.ts';

export interface Blame {
  readonly event: LedgerEvent;
  /** `field`: this very field, or something inside it, was written then. `object`: the object came whole, the field with it. */
  readonly by: 'field' | 'object';
  readonly paths: readonly string[];
}

/** `a.b["c"]` and `a.b.c` name the same field. */
const plainPath = (path: string): string => path.replace(/\["((?:[^"\\]|\\.)*)"\]/g, '.$1').replace(/^\./, '');

const isWithin = (path: string, outer: string): boolean =>
  path === outer || (path.startsWith(outer) && ['.', '['].includes(path.charAt(outer.length)));

/** The first of `events` (newest first) that set `field` of `object`; undefined: none of them did. */
export function blame(events: Iterable<LedgerEvent>, object: string, field: string): Blame | undefined {
  const wanted = plainPath(field);
  for (const event of events) {
    for (const touched of event.touched ?? []) {
      if (touched.object !== object) continue;
      const found = blameOf(touched, wanted);
      if (found !== undefined) return { event, ...found };
    }
  }
  return undefined;
}

function blameOf({ operation, fields }: Touched, wanted: string): Pick<Blame, 'by' | 'paths'> | undefined {
  if (operation === 'prune') return undefined;
  const paths = fields.filter((path) => isWithin(plainPath(path), wanted) || isWithin(wanted, plainPath(path)));
  if (paths.length > 0) return { by: 'field', paths };
  return operation === 'create' || operation === 'recreate' ? { by: 'object', paths: [] } : undefined;
}
