/** Compiled patterns. Go: regexp/regexp.go; the engine is RE2 in JavaScript, which differs from Go only in what is repaired here. */
import { RE2JS, RE2JSException } from 're2js';
import { err, ok, type Result } from '../../../std/index.ts';
import { namedGroups, withUniqueNames } from './names.ts';

/** Offsets [start, end, group 1 start, group 1 end, …] in UTF-16 units; -1 where a group took no part. */
export type Match = readonly number[];

const loneSurrogate = /[\ud800-\udfff]/u;

/** A pattern that compiled. */
export class Regexp {
  readonly pattern: string;
  /** Names of the groups by number; the whole match and unnamed groups are empty. Go: `SubexpNames`. */
  readonly groupNames: readonly string[];
  readonly #engine: RE2JS;

  constructor(pattern: string, engine: RE2JS, groupNames: readonly string[]) {
    this.pattern = pattern;
    this.groupNames = groupNames;
    this.#engine = engine;
  }

  /** How many instructions the pattern is; matching takes at most that many for each character. */
  get size(): number {
    return (this.#engine.re2() as { readonly prog: { numInst(): number } }).prog.numInst();
  }

  /** `MatchString`: whether any part of the text matches. */
  matches(text: string): boolean {
    return this.#engine.test(view(text));
  }

  /** `FindStringSubmatchIndex`; undefined without match. */
  find(text: string): Match | undefined {
    return this.findAll(text, 1)[0];
  }

  /** `FindAllStringSubmatchIndex`: at most `limit` matches that do not overlap; all of them when it is negative. */
  findAll(text: string, limit: number): readonly Match[] {
    const found = this.#engine.re2().findAllSubmatchIndex(view(text), limit) as readonly Match[] | null;
    return found ?? [];
  }

  /** The texts of `findAll`. */
  findAllTexts(text: string, limit: number): readonly string[] {
    return this.findAll(text, limit).map(([start, end]) => text.slice(start, end));
  }

  /** `ReplaceAllString`: `$1`, `$name` and `${name}` in the replacement stand for groups, `$$` for a dollar sign. */
  replaceAll(text: string, replacement: string): string {
    if (!replacement.includes('$')) return this.replaceAllWith(text, () => replacement);
    return this.replaceAllWith(text, (match) => this.expand(replacement, text, match));
  }

  /** `ReplaceAllStringFunc`, and `ReplaceAllLiteralString` with a constant. */
  replaceAllWith(text: string, replacement: (match: Match) => string): string {
    let result = '';
    let end = 0;
    for (const match of this.findAll(text, -1)) {
      result += text.slice(end, match[0]) + replacement(match);
      end = match[1] as number;
    }
    return result + text.slice(end);
  }

  /** `Split`: at most `limit` parts, all of them when it is negative; none when it is 0. */
  split(text: string, limit: number): readonly string[] {
    if (limit === 0) return [];
    if (this.pattern !== '' && text === '') return [''];
    const parts: string[] = [];
    let begin = 0;
    let end = 0;
    for (const [start, stop] of this.findAll(text, limit)) {
      if (limit > 0 && parts.length === limit - 1) break;
      end = start as number;
      if (stop !== 0) parts.push(text.slice(begin, end));
      begin = stop as number;
    }
    if (end !== text.length) parts.push(text.slice(begin));
    return parts;
  }

  /** `LiteralPrefix`: the text every match begins with, and whether that is all there is to a match. */
  literalPrefix(): { readonly prefix: string; readonly isWhole: boolean } {
    const { prefix, prefixComplete } = this.#engine.re2() as { readonly prefix: string | null; readonly prefixComplete: boolean };
    return { prefix: prefix ?? '', isWhole: prefixComplete };
  }

  /** `Expand`: the template with its variables replaced by the groups of a match. */
  expand(template: string, text: string, match: Match): string {
    let result = '';
    let rest = template;
    for (let dollar = rest.indexOf('$'); dollar >= 0; dollar = rest.indexOf('$')) {
      result += rest.slice(0, dollar);
      rest = rest.slice(dollar + 1);
      if (rest.startsWith('$')) {
        result += '$';
        rest = rest.slice(1);
        continue;
      }
      const variable = templateVariable.exec(rest);
      if (variable === null) result += '$';
      else {
        result += this.#group(variable[1] ?? variable[2] ?? '', text, match);
        rest = rest.slice(variable[0].length);
      }
    }
    return result + rest;
  }

  #group(name: string, text: string, match: Match): string {
    const isNumber = /^(?:0|[1-9]\d{0,8})$/.test(name);
    const candidates = isNumber ? [Number(name)] : this.groupNames.flatMap((group, i) => (group === name ? [i] : []));
    const found = candidates.find((group) => (match[2 * group] ?? -1) >= 0);
    return found === undefined ? '' : text.slice(match[2 * found], match[2 * found + 1]);
  }
}

const templateVariable = /^(?:\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/u;

/** Invalid bytes match as U+FFFD; the view has the text's offsets. */
const view = (text: string): string => (loneSurrogate.test(text) ? text.replace(new RegExp(loneSurrogate, 'gu'), '\ufffd') : text);

/** `regexp.Compile`: the compiled pattern, or Go's error text (`error parsing regexp: …`). */
export function compileRegexp(pattern: string): Result<Regexp, string> {
  if (loneSurrogate.test(pattern)) return err(`error parsing regexp: invalid UTF-8: \`${pattern}\``);
  // Go allows a name to be used twice; the engine does not.
  const unique = withUniqueNames(pattern);
  try {
    const engine = RE2JS.compile(unique.pattern);
    return ok(new Regexp(pattern, engine, namedGroups(pattern, engine.groupCount())));
  } catch (error) {
    if (error instanceof RangeError) return err(tooDeep(pattern));
    if (!(error instanceof RE2JSException)) throw error;
    return err(error.message.endsWith('nests too deeply') ? tooDeep(pattern) : goMessage(unique.restore(error.message)));
  }
}

const tooDeep = (pattern: string): string => `error parsing regexp: expression nests too deeply: \`${pattern}\``;

/** Go always quotes the part of the pattern it complains about, even when that is empty. */
const goMessage = (message: string): string => (message.endsWith('`') ? message : `${message}: \`\``);

const special = /[\\.+*?()|[\]{}^$]/g;

/** `QuoteMeta`: a pattern that matches the text itself. */
export const quoteMeta = (text: string): string => text.replace(special, '\\$&');

const maxCached = 1000;

/** Compiled patterns by their text, for callers that meet the same ones again. Holds at most 1,000; the oldest goes first. */
export class RegexpCache {
  readonly #compiled = new Map<string, Result<Regexp, string>>();

  compile(pattern: string): Result<Regexp, string> {
    const known = this.#compiled.get(pattern);
    if (known !== undefined) return known;
    const compiled = compileRegexp(pattern);
    if (this.#compiled.size >= maxCached) {
      const oldest = this.#compiled.keys().next();
      if (oldest.done !== true) this.#compiled.delete(oldest.value);
    }
    this.#compiled.set(pattern, compiled);
    return compiled;
  }
}
