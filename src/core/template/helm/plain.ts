/** Values as JSON would carry them: what toYaml and friends see. Source: Helm 4 pkg/engine/funcs.go through sigs.k8s.io/yaml (json.Marshal first). */
import { GoList, GoMap, GoPointer, GoStruct } from '../../go/composite/index.ts';
import { methodOf } from '../../go/reflect/index.ts';
import { GoBoxed, GoInt, type GoRecord, type GoValue } from '../../go/value/index.ts';
import { type Json, mapValues, record } from '../../object/index.ts';
import { decodeJson, encodeJson } from '../json/index.ts';
import { TemplateFailure } from '../exec/index.ts';

const maxDepth = 1000;

/**
 * The value without anything JSON has no word for; the argument itself when it is plain already.
 * @throws TemplateFailure with json.Marshal's text
 */
export function plainOf(value: GoValue, depth = 0): Json {
  if (typeof value !== 'object' || value === null) return typeof value === 'number' && !Number.isFinite(value) ? viaJson(value) : value;
  if (depth > maxDepth) throw new TemplateFailure('json: unsupported value: encountered a cycle');
  if (value instanceof GoBoxed) return plainOfBoxed(value, depth);
  if (Array.isArray(value)) return plainList(value as readonly GoValue[], depth);
  return plainRecord(value as GoRecord, depth);
}

function plainList(items: readonly GoValue[], depth: number): Json {
  let copy: Json[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as GoValue;
    const plain = plainOf(item, depth + 1);
    if (plain !== item) copy ??= items.slice(0, i) as Json[];
    copy?.push(plain);
  }
  return copy ?? (items as readonly Json[]);
}

function plainRecord(value: GoRecord, depth: number): Json {
  let isPlain = true;
  const copy = mapValues(value, (item) => {
    const plain = plainOf(item, depth + 1);
    if (plain !== item) isPlain = false;
    return plain;
  });
  return isPlain ? (value as unknown as Json) : copy;
}

function plainOfBoxed(value: GoBoxed, depth: number): Json {
  if (value instanceof GoInt) return value.value;
  if (value instanceof GoList) return value.items.map((item) => plainOf(item, depth + 1));
  const isOwn = methodOf(value, 'MarshalJSON') !== undefined;
  if (value instanceof GoPointer && !isOwn) return plainOf(value.target, depth + 1);
  if (value instanceof GoStruct && !isOwn && value.jsonName === undefined) {
    return record(
      value.fields.filter(([name]) => /^\p{Lu}/u.test(name)).map(([name, field]): [string, Json] => [name, plainOf(field, depth + 1)]),
    );
  }
  if (value instanceof GoMap && value.type.key?.kind === 'string') {
    return record(value.entries.map(([key, item]): [string, Json] => [String(key), plainOf(item, depth + 1)]));
  }
  return viaJson(value);
}

function viaJson(value: GoValue): Json {
  const text = encodeJson(value);
  if (!text.ok) throw new TemplateFailure(text.error);
  const decoded = decodeJson(text.value);
  return decoded.ok ? (decoded.value as unknown as Json) : null;
}
