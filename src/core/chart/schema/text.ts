/** How the schema library shows values. Source: santhosh-tekuri/jsonschema v6 kind/kind.go. */
import { quote } from '../../go/strconv/index.ts';
import type { Json } from '../../object/index.ts';

/** In single quotes. */
export const quoted = (text: string): string => `'${quote(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

export const quotedList = (texts: readonly string[]): string => texts.map(quoted).join(', ');

/** A value of `enum` or `const`. */
export function shown(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null) return '<nil>';
  return typeof value === 'object' ? 'value' : String(value);
}

const pointerToken = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1');

/** `/a/b~1c` */
export const pointer = (path: readonly string[]): string => path.map((token) => `/${pointerToken(token)}`).join('');
