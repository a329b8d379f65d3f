/**
 * Floats as go-yaml writes them (encode.go, floatv).
 */
import { formatFloat } from '../go/strconv/index.ts';

const floatNames: ReadonlyMap<string, string> = new Map([
  ['+Inf', '.inf'],
  ['-Inf', '-.inf'],
  ['NaN', '.nan'],
]);

/** A float64 or float32 as go-yaml writes it. */
export function floatText(value: number, bits: 32 | 64 = 64): string {
  const text = formatFloat(bits === 32 ? Math.fround(value) : value, 'g', { bits });
  return floatNames.get(text) ?? text;
}
