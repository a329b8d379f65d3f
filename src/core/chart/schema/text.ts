/** How the schema library shows values and places. Source: santhosh-tekuri/jsonschema v6 kind/kind.go, util.go. */
import { quote } from '../../go/strconv/index.ts';
import type { Json } from '../../object/index.ts';
import type { Place } from './node.ts';

/** In single quotes. */
export const quoted = (text: string): string => `'${quote(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

export const quotedList = (texts: readonly string[]): string => texts.map(quoted).join(', ');

/** A value of `enum` or `const`. */
export function shown(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null) return '<nil>';
  return typeof value === 'object' ? 'value' : String(value);
}

const escaped = (token: string): string => (/[~/]/.test(token) ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token);

/** A token of a pointer; undefined when an escape in it is none. */
export const unescaped = (token: string): string | undefined =>
  /~(?![01])/.test(token) ? undefined : token.replaceAll('~1', '/').replaceAll('~0', '~');

/** `/a/b~1c` */
export const pointer = (path: readonly string[]): string => path.map((token) => `/${escaped(token)}`).join('');

/** A pointer with more tokens. */
export const pointerTo = (from: string, ...tokens: readonly string[]): string => from + pointer(tokens);

/** Go's url.PathEscape of each part. */
const encoded = (text: string): string =>
  text
    .split('/')
    .map((part) =>
      encodeURIComponent(part)
        .replaceAll(/%(?:24|26|2B|3A|3D|40)/g, decodeURIComponent)
        .replaceAll(/[!'()*]/g, percent),
    )
    .join('/');

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** `file:///values.schema.json#/properties/a` */
export const locationOf = (place: Place): string => `${place.url}#${encoded(place.pointer)}`;
