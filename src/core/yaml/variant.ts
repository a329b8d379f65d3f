/**
 * The YAML libraries of the field as values: everything in which they differ is a field here, and no algorithm asks for a library by name.
 */

/** How far a list is indented below its key. */
export type SequenceIndent = 'none' | 'compact' | 'wide';

export interface ReadRules {
  /** Keep comments. The scanner then reads two tokens further ahead, which also changes which of two errors is found first. */
  readonly comments: boolean;
  /** Which place a message names first: that of the problem, or that of the construct around it. */
  readonly errorPlace: 'problem' | 'context';
  /** Whether `!` alone is kept as a tag, making a plain scalar a string. */
  readonly keepsBareTag: boolean;
  /** Whether an anchor may be used by later documents of the stream. */
  readonly anchorsAcrossDocuments: boolean;
  /** Whether `yes`, `on`, `y` and so on are booleans. */
  readonly oldBooleans: boolean;
  /** Whether `2001-12-14` becomes a time (else it stays a string). */
  readonly timestamps: boolean;
  /** Whether a mapping with only strings as keys becomes a `map[string]interface {}` (else always `map[interface {}]interface {}`). */
  readonly stringMaps: boolean;
  /** `always`: a repeated key is an error. `strict`: only on request. */
  readonly uniqueKeys: 'always' | 'strict';
  /** Whether a key of the mapping itself wins over a merged one wherever `<<` stands; else whatever comes later wins. */
  readonly ownKeysWin: boolean;
}

export interface WriteRules {
  /** Columns per level, 2 to 9. */
  readonly indent: number;
  /** Column after which a scalar is folded at the next space; Infinity for never. */
  readonly width: number;
  readonly sequences: SequenceIndent;
  /** Whether children of a list item start behind its dash and everything else aligns to multiples of `indent`. */
  readonly aligned: boolean;
  /** Whether a tab alone forbids a block scalar. */
  readonly tabsForbidBlocks: boolean;
  /** Whether numbers go through JSON first, as `sigs.k8s.io/yaml` sends them; else a number is a Go float64. */
  readonly numbersThroughJson: boolean;
  /** Whether letters sort after other characters right behind digits. */
  readonly digitsThenLetters: boolean;
}

export interface Variant extends ReadRules, WriteRules {}

/** go.yaml.in/yaml/v2 2.4, as Kubernetes and Helm use it. */
export const goYamlV2: Variant = Object.freeze({
  comments: false,
  errorPlace: 'problem',
  keepsBareTag: true,
  anchorsAcrossDocuments: false,
  oldBooleans: true,
  timestamps: false,
  stringMaps: false,
  uniqueKeys: 'strict',
  ownKeysWin: false,
  indent: 2,
  width: 80,
  sequences: 'none',
  aligned: false,
  tabsForbidBlocks: true,
  numbersThroughJson: false,
  digitsThenLetters: false,
});

/** go.yaml.in/yaml/v3 3.0. Its own default indent is 4. */
export const goYamlV3: Variant = Object.freeze({
  comments: true,
  errorPlace: 'context',
  keepsBareTag: false,
  anchorsAcrossDocuments: true,
  oldBooleans: false,
  timestamps: true,
  stringMaps: true,
  uniqueKeys: 'always',
  ownKeysWin: true,
  indent: 4,
  width: Infinity,
  sequences: 'wide',
  aligned: true,
  tabsForbidBlocks: false,
  numbersThroughJson: false,
  digitsThenLetters: true,
});

/** sigs.k8s.io/yaml: go-yaml v2 with JSON in between. What `kubectl`, the API server and Helm's `toYaml` and `fromYaml` use. */
export const sigsYaml: Variant = Object.freeze({ ...goYamlV2, numbersThroughJson: true });

/** kustomize's kyaml: go-yaml v3, indent 2, lists not indented below their key. */
export const kyaml: Variant = Object.freeze({ ...goYamlV3, indent: 2, sequences: 'compact' });
