/**
 * From trees to JSON, as sigs.k8s.io/yaml converts YAML: keys become strings, what JSON has no word for is an error.
 * Source of the rules: sigs.k8s.io/yaml yaml.go, convertToJSONableObject.
 */
import { decodeUtf8 } from '../../../std/index.ts';
import { formatFloat, quote } from '../../go/strconv/index.ts';
import { type Json, putKey, hasKey, record } from '../../object/index.ts';
import { floatText } from '../float-text.ts';
import { YamlFailure } from '../failure.ts';
import type { ScalarNode, YamlNode } from '../node/node.ts';
import type { Resolved } from '../resolve.ts';
import { formatTimestamp } from '../timestamp.ts';
import { goSyntax } from './go-syntax.ts';
import { type DecodeRules, NodeDecoder } from './node-decoder.ts';
import { markOf } from './scalar.ts';

export interface JsonRules extends DecodeRules {
  /** `exact`: integers keep every digit (bigint beyond 2^53). `float64`: every number is a JS number, as Helm has its values. */
  readonly numbers?: 'exact' | 'float64';
  /** `text`: as sigs.k8s.io/yaml puts them into fields that are strings, `7.2445e+06` for 72445e2. */
  readonly floats?: 'text';
}

type OpenObject = { [key: string]: Json };

export class JsonDecoder extends NodeDecoder<Json, OpenObject> {
  private readonly exact: boolean;
  private readonly floatsAsText: boolean;
  /** What the conversion to JSON fails with. It comes after decoding, so whatever decoding fails with comes first. */
  private noJsonKey: YamlFailure | undefined;
  private noJsonValue: YamlFailure | undefined;

  constructor(rules: JsonRules) {
    super(rules);
    this.exact = rules.numbers !== 'float64';
    this.floatsAsText = rules.floats === 'text';
  }

  override document(root: YamlNode): Json {
    const value = super.document(root);
    const failure = this.noJsonKey ?? this.noJsonValue;
    if (failure !== undefined) throw failure;
    return value;
  }

  protected ofString(text: string): Json {
    return text;
  }

  protected ofBinary(bytes: Uint8Array): Json {
    return decodeUtf8(bytes);
  }

  protected ofResolved(resolved: Resolved, node: ScalarNode): Json {
    switch (resolved.tag) {
      case '!!int':
        return this.exact ? resolved.value : Number(resolved.value);
      case '!!float':
        if (this.floatsAsText) return formatFloat(resolved.value, 'g', { bits: 32 });
        if (!Number.isFinite(resolved.value)) {
          this.noJsonValue ??= new YamlFailure(`json: unsupported value: ${formatFloat(resolved.value, 'g')}`, markOf(node));
        }
        return resolved.value;
      case '!!timestamp':
        return this.variant.timestamps ? formatTimestamp(resolved.value) : node.value;
      default:
        return resolved.value;
    }
  }

  protected ofList(items: Json[]): Json {
    return items;
  }

  protected newMap(): OpenObject {
    return record<Json>();
  }

  protected ofMap(map: OpenObject): Json {
    return map;
  }

  protected hasKey(map: OpenObject, key: Json): boolean {
    return hasKey(map, key as string);
  }

  protected put(map: OpenObject, key: Json, value: Json): void {
    putKey(map, key as string, value);
  }

  protected identity(key: Json): unknown {
    return key;
  }

  protected ofKey(node: ScalarNode, resolved: Resolved | undefined, value: YamlNode): Json {
    if (resolved === undefined) return node.tag === '!!binary' ? this.unsupportedKey('string', node, value) : node.value;
    switch (resolved.tag) {
      case '!!bool':
        return String(resolved.value);
      case '!!int':
        return resolved.value > 0x7fffffffffffffffn ? this.unsupportedKey('uint64', node, value) : String(resolved.value);
      case '!!float':
        return floatText(resolved.value, 32);
      case '!!timestamp':
        return this.variant.timestamps ? this.unsupportedKey('time.Time', node, value) : node.value;
      case '!!null':
        return this.unsupportedKey('%!s(<nil>)', node, value);
    }
  }

  private unsupportedKey(type: string, node: ScalarNode, value: YamlNode): Json {
    const key = type.includes('nil') ? '<nil>' : type === 'string' ? quote(node.value) : goSyntax(node, this.variant);
    const message = `unsupported map key of type: ${type}, key: ${key}, value: ${goSyntax(value, this.variant)}`;
    this.noJsonKey ??= new YamlFailure(message, markOf(node));
    return key;
  }
}
