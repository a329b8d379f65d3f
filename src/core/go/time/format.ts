/** Times to text. Go: time/format.go `Time.AppendFormat`, `Time.GoString`. */
import type { GoTime, GoZone } from '../value/index.ts';
import { civilOf, dayOfYear, weekdayOf, type Civil } from '../calendar/index.ts';
import { dayNames, layoutParts, monthNames, type Element } from './layout.ts';
import { quoted } from './text.ts';

interface Shown {
  readonly time: GoTime;
  readonly civil: Civil;
  readonly zone: GoZone;
}

/** `Time.Format`. `Time.String` is the layout `2006-01-02 15:04:05.999999999 -0700 MST`. */
export function formatTime(time: GoTime, layout = '2006-01-02 15:04:05.999999999 -0700 MST'): string {
  const shown: Shown = { time, civil: civilOf(time), zone: time.location.zoneAt(time.unix) };
  let text = '';
  for (const part of layoutParts(layout)) {
    if (part.kind === 'text') text += part.text;
    else if (part.kind === 'element') text += elementText(part.text, shown);
    else {
      const digits = String(time.nanoseconds).padStart(9, '0').padEnd(part.digits, '0').slice(0, part.digits);
      const kept = part.isTrimmed ? digits.replace(/0+$/, '') : digits;
      text += kept === '' ? '' : part.separator + kept;
    }
  }
  return text;
}

const pad = (value: number, width: number, fill = '0'): string =>
  value < 0 ? `-${String(-value).padStart(width, fill)}` : String(value).padStart(width, fill);

const hour12 = (civil: Civil): number => civil.hour % 12 || 12;

/** How each element of a layout is shown; zone offsets are apart. */
const shownAs: Readonly<Record<string, (shown: Shown) => string>> = Object.freeze({
  January: ({ civil }) => monthNames[civil.month - 1] ?? '',
  Jan: ({ civil }) => (monthNames[civil.month - 1] ?? '').slice(0, 3),
  Monday: ({ time }) => dayNames[weekdayOf(time)] ?? '',
  Mon: ({ time }) => (dayNames[weekdayOf(time)] ?? '').slice(0, 3),
  MST: ({ zone }) => (zone.name === '' ? offsetText('-0700', zone.offset) : zone.name),
  '2006': ({ civil }) => pad(civil.year, 4),
  '06': ({ civil }) => pad(Math.max(civil.year, 0) % 100, 2),
  '01': ({ civil }) => pad(civil.month, 2),
  '1': ({ civil }) => pad(civil.month, 0),
  '02': ({ civil }) => pad(civil.day, 2),
  _2: ({ civil }) => pad(civil.day, 2, ' '),
  '2': ({ civil }) => pad(civil.day, 0),
  '002': ({ civil }) => pad(dayOfYear(civil), 3),
  __2: ({ civil }) => pad(dayOfYear(civil), 3, ' '),
  '15': ({ civil }) => pad(civil.hour, 2),
  '03': ({ civil }) => pad(hour12(civil), 2),
  '3': ({ civil }) => pad(hour12(civil), 0),
  '04': ({ civil }) => pad(civil.minute, 2),
  '4': ({ civil }) => pad(civil.minute, 0),
  '05': ({ civil }) => pad(civil.second, 2),
  '5': ({ civil }) => pad(civil.second, 0),
  PM: ({ civil }) => (civil.hour >= 12 ? 'PM' : 'AM'),
  pm: ({ civil }) => (civil.hour >= 12 ? 'pm' : 'am'),
});

function elementText(element: Element, shown: Shown): string {
  const show = shownAs[element];
  return show === undefined ? offsetText(element, shown.zone.offset) : show(shown);
}

/** `-07:00` and its relatives: the element's own shape says how many fields there are and whether colons stand between them. */
function offsetText(element: string, offset: number): string {
  if (element.startsWith('Z') && offset === 0) return 'Z';
  const digits = element.replaceAll(':', '').length - 1;
  // Go takes the sign of whole minutes, and leaves it at the seconds of an offset of less than one: +00:00:-30.
  const minutes = Math.trunc(offset / 60);
  const seconds = (minutes < 0 ? -offset : offset) % 60;
  const size = Math.abs(minutes);
  const fields = [Math.floor(size / 60), size % 60, seconds].slice(0, digits / 2).map((field) => pad(field, 2));
  return (minutes < 0 ? '-' : '+') + fields.join(element.includes(':') ? ':' : '');
}

/** `Time.GoString`, what `%#v` prints. */
export function goTime(time: GoTime): string {
  const { year, month, day, hour, minute, second } = civilOf(time);
  const { name } = time.location;
  const place = name === 'UTC' || name === 'Local' ? `time.${name}` : `time.Location(${quoted(name)})`;
  return `time.Date(${year}, time.${monthNames[month - 1]}, ${day}, ${hour}, ${minute}, ${second}, ${time.nanoseconds}, ${place})`;
}
