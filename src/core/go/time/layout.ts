/** Layouts: example texts of the reference time "Mon Jan 2 15:04:05 MST 2006". Go: time/format.go `nextStdChunk`. */

/** One piece of a layout: literal text, an element by its reference text, or a fraction of a second. */
export type LayoutPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'element'; readonly text: Element }
  | { readonly kind: 'fraction'; readonly text: string; readonly digits: number; readonly separator: string; readonly isTrimmed: boolean };

const elements = [
  'January',
  'Jan',
  'Monday',
  'Mon',
  'MST',
  '01',
  '02',
  '03',
  '04',
  '05',
  '06',
  '002',
  '15',
  '1',
  '2006',
  '2',
  '_2006',
  '__2',
  '_2',
  '3',
  '4',
  '5',
  'PM',
  'pm',
  '-070000',
  '-07:00:00',
  '-0700',
  '-07:00',
  '-07',
  'Z070000',
  'Z07:00:00',
  'Z0700',
  'Z07:00',
  'Z07',
] as const;

/** `_2006` is an underscore and the year. */
export type Element = Exclude<(typeof elements)[number], '_2006'>;

const pattern = new RegExp(
  `${elements.join('|').replace('Jan|', 'Jan(?![a-z])|').replace('Mon|', 'Mon(?![a-z])|')}|([.,])(0+|9+)(?!\\d)`,
  'g',
);

/** The parts of a layout; literal texts are never empty. */
export function layoutParts(layout: string): readonly LayoutPart[] {
  const parts: LayoutPart[] = [];
  let end = 0;
  for (const match of layout.matchAll(pattern)) {
    const start = match.index + (match[0] === '_2006' ? 1 : 0);
    if (start > end) parts.push({ kind: 'text', text: layout.slice(end, start) });
    end = match.index + match[0].length;
    const text = layout.slice(start, end);
    const [, separator, digits] = match;
    if (separator === undefined || digits === undefined) parts.push({ kind: 'element', text: text as Element });
    else parts.push({ kind: 'fraction', text, digits: digits.length, separator, isTrimmed: digits.startsWith('9') });
  }
  if (end < layout.length) parts.push({ kind: 'text', text: layout.slice(end) });
  return parts;
}

export const monthNames = Object.freeze([
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]);

export const dayNames = Object.freeze(['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']);
