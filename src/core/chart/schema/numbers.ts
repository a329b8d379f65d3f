/** Numbers as the schema library prints them: English grouping, and powers of ten for exponents. Source: golang.org/x/text/message. */
import { formatFloat } from '../../go/strconv/index.ts';

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

const grouped = (digits: string): string => digits.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');

/** 1234 → `1,234`; 1e6 → `1×10⁰⁶` */
export function showNumber(value: number): string {
  const [mantissa = '', exponent] = formatFloat(value, 'g').split('e');
  const [whole = '', fraction] = mantissa.split('.');
  const text = grouped(whole) + (fraction === undefined ? '' : `.${fraction}`);
  if (exponent === undefined) return text;
  const power = Array.from(exponent.replace('+', ''), (c) => (c === '-' ? '⁻' : (superscripts[Number(c)] ?? ''))).join('');
  return `${text}×10${power}`;
}

/** A whole number. */
export const showCount = (value: number): string => grouped(String(value));
