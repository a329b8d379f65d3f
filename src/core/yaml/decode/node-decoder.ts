/**
 * From trees to values: aliases followed, `<<` merged, repeated keys noticed. What a value is made of is left to the class that extends this one.
 * Source of the rules: go-yaml decode.go (v2 2.4, v3 3.0).
 */
import { decodeBase64 } from '../../../std/index.ts';
import { quote } from '../../go/strconv/index.ts';
import { failure, type Mark, YamlFailure } from '../failure.ts';
import type { MappingNode, ScalarNode, SequenceNode, YamlNode } from '../node/node.ts';
import type { Resolved } from '../resolve.ts';
import type { Variant } from '../variant.ts';
import { goSyntax } from './go-syntax.ts';
import { markOf, resolveScalar } from './scalar.ts';

export interface DecodeRules {
  readonly variant: Variant;
  /** Repeated keys are errors even where the variant lets them pass. */
  readonly strict?: boolean;
}

/** More errors than this are not listed. */
const mostErrors = 100;

/** How much of the work may come from aliases, which shrinks as a document grows (decode.go, allowedAliasRatio). */
function allowedAliasRatio(count: number): number {
  if (count <= 400_000) return 0.99;
  if (count >= 4_000_000) return 0.1;
  return 0.99 - 0.89 * ((count - 400_000) / 3_600_000);
}

/** `V` is a value, `M` a mapping while it is filled. */
export abstract class NodeDecoder<V, M> {
  protected readonly variant: Variant;
  private readonly strict: boolean;
  private readonly open = new Set<YamlNode>();
  private readonly errors: { readonly text: string; readonly mark: Mark }[] = [];
  private count = 0;
  private aliasCount = 0;
  private aliasDepth = 0;

  constructor(rules: DecodeRules) {
    this.variant = rules.variant;
    this.strict = rules.strict ?? false;
  }

  protected abstract ofString(text: string): V;
  protected abstract ofBinary(bytes: Uint8Array): V;
  protected abstract ofResolved(resolved: Resolved, node: ScalarNode): V;
  protected abstract ofList(items: V[]): V;
  protected abstract newMap(node: MappingNode): M;
  protected abstract ofMap(map: M): V;
  protected abstract hasKey(map: M, key: V): boolean;
  protected abstract put(map: M, key: V, value: V): void;
  /** Something equal, as a Map key, exactly when the keys are. */
  protected abstract identity(key: V): unknown;
  /** The value of a key that is a scalar; `resolved` is undefined for a string. */
  protected abstract ofKey(node: ScalarNode, resolved: Resolved | undefined, value: YamlNode): V;

  /** The value of a document. */
  document(root: YamlNode): V {
    this.count++;
    const value = this.value(root);
    const [first] = this.errors;
    if (first !== undefined) {
      const parts = this.errors.map(({ text, mark }) => ({ message: text, line: mark.line + 1, column: mark.column + 1 }));
      throw new YamlFailure(`yaml: unmarshal errors:\n  ${parts.map(({ message }) => message).join('\n  ')}`, first.mark, parts);
    }
    return value;
  }

  protected value(node: YamlNode): V {
    this.spend();
    switch (node.kind) {
      case 'scalar':
        return this.scalar(node);
      case 'mapping':
        return this.ofMap(this.mapping(node, this.newMap(node), undefined));
      case 'sequence':
        return this.list(node);
      case 'alias':
        return this.follow(node, (target) => this.value(target));
    }
  }

  private spend(): void {
    this.count++;
    if (this.aliasDepth === 0) return;
    this.aliasCount++;
    if (this.aliasCount > 100 && this.count > 1000 && this.aliasCount / this.count > allowedAliasRatio(this.count)) {
      throw failure('document contains excessive aliasing');
    }
  }

  private follow<T>(node: YamlNode & { readonly kind: 'alias' }, use: (target: YamlNode) => T): T {
    if (this.open.has(node)) throw failure(`anchor '${node.value}' value contains itself`, markOf(node));
    this.open.add(node);
    this.aliasDepth++;
    const result = use(node.target);
    this.aliasDepth--;
    this.open.delete(node);
    return result;
  }

  private scalar(node: ScalarNode): V {
    if (node.tag === '!!binary') {
      const bytes = decodeBase64(node.value);
      if (bytes === undefined) throw failure('!!binary value contains invalid base64 data', markOf(node));
      return this.ofBinary(bytes);
    }
    const resolved = resolveScalar(node, this.variant);
    return resolved === undefined ? this.ofString(node.value) : this.ofResolved(resolved, node);
  }

  private list(node: SequenceNode): V {
    return this.ofList(node.content.map((item) => this.value(item)));
  }

  private isMerge(node: YamlNode): boolean {
    return node.kind === 'scalar' && node.value === '<<' && node.tag === '!!merge';
  }

  /** Fills `map`. `taken` holds the keys that may no longer be set, when the mapping is merged into another whose own keys win. */
  private mapping(node: MappingNode, map: M, taken: Set<unknown> | undefined): M {
    const { content } = node;
    if (this.variant.uniqueKeys === 'always' && content.length > 2 && this.hasRepeatedKeys(node)) return map;
    let merge: YamlNode | undefined;
    for (let i = 0; i < content.length; i += 2) {
      const keyNode = content[i] as YamlNode;
      const valueNode = content[i + 1] as YamlNode;
      if (this.isMerge(keyNode)) {
        if (this.variant.ownKeysWin) merge = valueNode;
        else this.merge(valueNode, map, undefined);
        continue;
      }
      const key = this.key(keyNode, valueNode);
      if (taken !== undefined) {
        const identity = this.identity(key);
        if (taken.has(identity)) continue;
        taken.add(identity);
      }
      const value = this.value(valueNode);
      if (this.strict && this.variant.uniqueKeys === 'strict' && this.hasKey(map, key)) {
        this.report(`line ${valueNode.line}: key ${goSyntax(keyNode, this.variant)} already set in map`, markOf(keyNode));
      } else this.put(map, key, value);
    }
    if (merge !== undefined) this.merge(merge, map, taken ?? this.keysOf(node));
    return map;
  }

  private keysOf(node: MappingNode): Set<unknown> {
    const keys = new Set<unknown>();
    for (let i = 0; i < node.content.length; i += 2) keys.add(this.identity(this.key(node.content[i] as YamlNode, node)));
    return keys;
  }

  private key(node: YamlNode, value: YamlNode): V {
    this.spend();
    if (node.kind === 'scalar') return this.ofKey(node, resolveScalar(node, this.variant), value);
    if (node.kind === 'alias') return this.follow(node, (target) => this.key(target, value));
    // What is wrong inside of it comes first.
    this.value(node);
    throw failure(`invalid map key: ${goSyntax(node, this.variant)}`, markOf(node));
  }

  private merge(node: YamlNode, map: M, taken: Set<unknown> | undefined): void {
    if (node.kind === 'sequence') {
      const sources = this.variant.ownKeysWin ? node.content : node.content.toReversed();
      for (const source of sources) this.mergeOne(source, map, taken);
    } else this.mergeOne(node, map, taken);
  }

  private mergeOne(node: YamlNode, map: M, taken: Set<unknown> | undefined): void {
    this.spend();
    const from = (source: YamlNode): void => {
      if (source.kind !== 'mapping') throw failure('map merge requires map or sequence of maps as the value', markOf(node));
      this.mapping(source, map, taken);
    };
    if (node.kind !== 'alias') return from(node);
    this.follow(node, (target) => {
      this.spend();
      from(target);
    });
  }

  private report(text: string, mark: Mark): void {
    if (this.errors.length < mostErrors) this.errors.push({ text, mark });
  }

  /** go-yaml v3 compares the texts of keys, so two collections as keys count as the same. */
  private hasRepeatedKeys(node: MappingNode): boolean {
    const same = new Map<string, YamlNode[]>();
    let repeated = false;
    for (let i = 0; i < node.content.length; i += 2) {
      const key = node.content[i] as YamlNode;
      const before = same.get(nameOf(key));
      if (before === undefined) same.set(nameOf(key), [key]);
      else {
        before.push(key);
        repeated = true;
      }
    }
    if (repeated) for (let i = 0; i < node.content.length; i += 2) this.reportRepeated(node.content[i] as YamlNode, same);
    return repeated;
  }

  /** Every later key of the same name, once for this one. */
  private reportRepeated(key: YamlNode, same: ReadonlyMap<string, YamlNode[]>): void {
    if (this.errors.length >= mostErrors) return;
    const all = same.get(nameOf(key)) ?? [];
    for (const later of all.slice(all.indexOf(key) + 1, mostErrors)) {
      const value = quote('value' in later ? later.value : '');
      this.report(`line ${later.line}: mapping key ${value} already defined at line ${key.line}`, markOf(later));
    }
  }
}

const nameOf = (key: YamlNode): string => `${key.kind} ${'value' in key ? key.value : ''}`;
