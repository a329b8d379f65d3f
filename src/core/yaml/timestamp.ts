/**
 * Times as go-yaml recognises them: what Go's time.Parse makes of four layouts. Source of the rules: go-yaml resolve.go, parseTimestamp.
 */
import { formatTime, parseTime } from '../go/time/index.ts';
import type { GoTime } from '../go/value/index.ts';

const layouts: readonly string[] = [
  '2006-1-2T15:4:5.999999999Z07:00',
  '2006-1-2t15:4:5.999999999Z07:00',
  '2006-1-2 15:4:5.999999999',
  '2006-1-2',
];

/** Enough to leave the parser alone for nearly everything that is no time. */
const likeDate = /^\d{4}-\d/;

/** The time a text stands for, or undefined when it is not one. */
export function parseTimestamp(text: string): GoTime | undefined {
  if (text.charCodeAt(4) !== 45 || !likeDate.test(text)) return undefined;
  for (const layout of layouts) {
    const time = parseTime(layout, text);
    if (time.ok) return time.value;
  }
  return undefined;
}

/** As go-yaml and encoding/json write times. */
export const formatTimestamp = (time: GoTime): string => formatTime(time, '2006-01-02T15:04:05.999999999Z07:00');
