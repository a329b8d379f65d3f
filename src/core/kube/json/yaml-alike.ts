/**
 * Bodies that are called YAML and written in JSON: every Kubernetes client applies that way. YAML reads most JSON as JSON does, at ten times the
 * cost. Here is what surely is of that kind; anything doubtful is left to the reader of YAML.
 */
import type { Json } from '../../object/index.ts';
import { parseJson } from './parse.ts';

/** One object on one line, of characters that YAML takes for nothing but themselves (no tabs, line separators, marks or controls). */
const PLAIN = /^\{[\u0020-\u007e\u00a1-\u1fff]*\}\n?$/;
/** Escapes that both know; of the others, surrogates above all, YAML has its own opinion. */
const COMMON_ESCAPES = /^(?:[^\\]|\\["\\nrt])*$/;
/** Integers and exponents that may not fit, what may be the merge key, and what may be too long for a key of YAML. */
const DOUBTFUL = /\d{16}|\d[eE][+-]?\d{3}|"<<"|"[^"]{1000,}" *:/;

/** The value of a text that YAML reads just as JSON does; undefined when that is not certain. */
export function readYamlAlike(text: string): Json | undefined {
  if (!PLAIN.test(text) || DOUBTFUL.test(text)) return undefined;
  if (text.includes('\\') && !COMMON_ESCAPES.test(text)) return undefined;
  const read = parseJson(text);
  return 'error' in read || read.duplicates.length > 0 ? undefined : read.value;
}
