/**
 * Visits every leaf and comment of a file in document order, and says which of them are encrypted. Source: sops.go, walkBranch, shouldBeEncrypted.
 */
import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { compileRegexp, type Regexp } from '../../go/regexp/index.ts';
import { SecretsFailure } from '../failure.ts';
import { decryptLeaf, encryptLeaf, type LeafCipher, leafBytes } from './leaf.ts';
import type { EncryptionRule } from './metadata.ts';
import {
  type Branch,
  branchOf,
  type Comment,
  commentOf,
  isBranch,
  isComment,
  isList,
  type Item,
  type Leaf,
  type List,
  listOf,
  type Value,
} from './tree.ts';

/** Comments above the place, by level: those that nothing but comments parts from what follows. */
type CommentsAbove = readonly (readonly string[])[];

interface Place {
  readonly path: readonly string[];
  readonly comments: CommentsAbove;
}

type Visit = (leaf: Leaf | Comment, place: Place) => Leaf | Comment;

/** Deeper than any file a person writes, and far from the end of the stack. */
const maxDepth = 1000;

function walkValue(value: Value, place: Place, visit: Visit): Value {
  if (value === null) return null;
  if (place.comments.length > maxDepth) throw new SecretsFailure('InvalidFile', 'the file is nested too deeply');
  if (isBranch(value)) return walkBranch(value, place, visit);
  return isList(value) ? walkList(value, place, visit) : visit(value, place);
}

function walkList(list: List, { path, comments }: Place, visit: Visit): List {
  const above: string[] = [];
  return listOf(
    list.items.map((item) => {
      if (isComment(item)) above.push(item.text);
      const walked = walkValue(item, { path, comments: [...comments, above] }, visit);
      if (!isComment(item)) above.length = 0;
      return walked;
    }),
  );
}

function walkBranch(branch: Branch, { path, comments }: Place, visit: Visit): Branch {
  const above: string[] = [];
  const below = [...comments, above];
  return branchOf(
    branch.items.map(({ key, value }): Item => {
      if (typeof key === 'string') {
        const walked = walkValue(value, { path: [...path, key], comments: below }, visit);
        above.length = 0;
        return { key, value: walked };
      }
      above.push(key.text);
      const walked = visit(key, { path, comments: below });
      if (isComment(walked)) return { key: walked, value: null };
      return { key: commentOf(typeof walked === 'string' ? walked : key.text, key.inline), value: null };
    }),
  );
}

/** What a rule says of a place. */
type Decide = (place: Place, isAComment: boolean) => boolean;

function regexpOf(pattern: string): Regexp {
  const regexp = compileRegexp(pattern);
  if (!regexp.ok) throw new SecretsFailure('InvalidFile', `the rule "${pattern}" is no valid regular expression: ${regexp.error}`);
  return regexp.value;
}

function deciderOf(rule: EncryptionRule): Decide {
  const { kind, value } = rule;
  if (kind === 'encrypted_suffix') return ({ path }) => path.some((key) => key.endsWith(value));
  if (kind === 'unencrypted_suffix') return ({ path }) => !path.some((key) => key.endsWith(value));
  const regexp = regexpOf(value);
  if (kind === 'encrypted_regex') return ({ path }) => path.some((key) => regexp.matches(key));
  if (kind === 'unencrypted_regex') return ({ path }) => !path.some((key) => regexp.matches(key));
  if (kind === 'unencrypted_comment_regex') return ({ comments }) => !comments.some((level) => level.some((text) => regexp.matches(text)));
  return ({ comments }, isAComment) =>
    comments.some((level, i) =>
      level.some((text, j) => {
        // The comment that turns encryption on stays readable itself.
        const isItself = isAComment && i === comments.length - 1 && j === level.length - 1;
        return !isItself && regexp.matches(text);
      }),
    );
}

/** SHA-256 of "sops": parts checksums over all values from those over encrypted values only. */
const onlyEncryptedStart = Uint8Array.from('8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69'.match(/../g) ?? [], (hex) =>
  Number.parseInt(hex, 16),
);

export interface Rules {
  readonly rule: EncryptionRule;
  /** The checksum covers encrypted values only. */
  readonly macOnlyEncrypted: boolean;
}

export interface Walked {
  readonly branches: readonly Branch[];
  /** Upper-case hexadecimal SHA-512 over the values. */
  readonly mac: string;
}

const placeText = (path: readonly string[]): string => `${path.join(':')}:`;

function checksum({ macOnlyEncrypted }: Rules): { add: (leaf: Leaf, encrypted: boolean) => void; text: () => string } {
  const hash = sha512.create();
  if (macOnlyEncrypted) hash.update(onlyEncryptedStart);
  return {
    add: (leaf, encrypted) => {
      if (encrypted || !macOnlyEncrypted) hash.update(leafBytes(leaf));
    },
    text: () => bytesToHex(hash.digest()).toUpperCase(),
  };
}

/** Encrypts what the rule names. All documents share one data key and one checksum. */
export function encryptBranches(branches: readonly Branch[], rules: Rules, cipher: LeafCipher): Walked {
  const decide = deciderOf(rules.rule);
  const mac = checksum(rules);
  const clashes = rules.rule.kind === 'unencrypted_comment_regex' ? regexpOf(rules.rule.value) : undefined;
  const visit: Visit = (leaf, place) => {
    const encrypted = decide(place, isComment(leaf));
    if (!isComment(leaf)) mac.add(leaf, encrypted);
    if (!encrypted) return leaf;
    const text = encryptLeaf(leaf, placeText(place.path), cipher);
    if (isComment(leaf) && clashes?.matches(text) === true)
      throw new SecretsFailure('InvalidKey', 'the rule unencrypted_comment_regex matches an encrypted comment; decryption would fail');
    return text;
  };
  const encrypted = branches.map((branch) => walkBranch(branch, { path: [], comments: [] }, visit));
  return { branches: encrypted, mac: mac.text() };
}

/** Decrypts what the rule names. A comment that cannot be decrypted is taken to be a plain one. */
export function decryptBranches(branches: readonly Branch[], rules: Rules, dataKey: Uint8Array): Walked {
  const decide = deciderOf(rules.rule);
  const mac = checksum(rules);
  const visit: Visit = (leaf, place) => {
    const encrypted = decide(place, isComment(leaf));
    if (isComment(leaf)) return encrypted ? decryptComment(leaf, placeText(place.path), dataKey) : leaf;
    if (encrypted && typeof leaf !== 'string')
      throw new SecretsFailure('CannotDecrypt', `${place.path.join(':')}: an encrypted value was expected, but it is plain`);
    const value = encrypted ? decryptLeaf(leaf as string, placeText(place.path), dataKey) : leaf;
    // A comment in a list is encrypted as an item; it does not count either.
    if (!isComment(value)) mac.add(value, encrypted);
    return value;
  };
  const decrypted = branches.map((branch) => walkBranch(branch, { path: [], comments: [] }, visit));
  return { branches: decrypted, mac: mac.text() };
}

function decryptComment(comment: Comment, place: string, dataKey: Uint8Array): Comment {
  try {
    const found = decryptLeaf(comment.text, place, dataKey);
    // The original forgets that it stood behind its value: it is printed above.
    if (isComment(found)) return commentOf(found.text);
    return typeof found === 'string' ? commentOf(found, comment.inline) : comment;
  } catch (error) {
    if (error instanceof SecretsFailure) return comment;
    throw error;
  }
}
