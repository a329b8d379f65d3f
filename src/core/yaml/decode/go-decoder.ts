/**
 * From trees to Go values, as `yaml.Unmarshal` into an `interface {}` makes them: integers are `int`, keys keep their types.
 */
import { escapeUtf8, isUtf8 } from '../../../std/index.ts';
import { GoMap, keyOf } from '../../go/composite/index.ts';
import { basicType, mapType } from '../../go/type/index.ts';
import { GoInt, GoRawString, type GoValue } from '../../go/value/index.ts';
import { record } from '../../object/index.ts';
import type { MappingNode, ScalarNode } from '../node/node.ts';
import type { Resolved } from '../resolve.ts';
import { NodeDecoder } from './node-decoder.ts';
import { hasStringKeys } from './scalar.ts';

interface OpenMap {
  /** Whether it becomes a `map[string]interface {}`. */
  readonly plain: boolean;
  readonly entries: Map<unknown, readonly [GoValue, GoValue]>;
}

const generalMap = mapType(basicType.any, basicType.any);

export class GoDecoder extends NodeDecoder<GoValue, OpenMap> {
  protected ofString(text: string): GoValue {
    return text;
  }

  protected ofBinary(bytes: Uint8Array): GoValue {
    return isUtf8(bytes) ? escapeUtf8(bytes) : new GoRawString(bytes);
  }

  protected ofResolved(resolved: Resolved, node: ScalarNode): GoValue {
    switch (resolved.tag) {
      case '!!int':
        return new GoInt(resolved.value > 0x7fffffffffffffffn ? basicType.uint64 : basicType.int, resolved.value);
      case '!!timestamp':
        return this.variant.timestamps ? resolved.value : node.value;
      default:
        return resolved.value;
    }
  }

  protected ofList(items: GoValue[]): GoValue {
    return items;
  }

  protected newMap(node: MappingNode): OpenMap {
    return { plain: hasStringKeys(node, this.variant), entries: new Map() };
  }

  protected ofMap(map: OpenMap): GoValue {
    const entries = [...map.entries.values()];
    return map.plain ? record(entries as (readonly [string, GoValue])[]) : new GoMap(generalMap, entries);
  }

  protected hasKey(map: OpenMap, key: GoValue): boolean {
    return map.entries.has(keyOf(key));
  }

  protected put(map: OpenMap, key: GoValue, value: GoValue): void {
    const id = keyOf(key);
    map.entries.set(id, [map.entries.get(id)?.[0] ?? key, value]);
  }

  protected identity(key: GoValue): unknown {
    return keyOf(key);
  }

  protected ofKey(node: ScalarNode, resolved: Resolved | undefined): GoValue {
    return resolved === undefined ? node.value : this.ofResolved(resolved, node);
  }
}
