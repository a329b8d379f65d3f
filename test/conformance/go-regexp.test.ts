/**
 * RE2's own search table (`re2-search.txt`): every pattern against every text, as a whole and in part. Its third and fourth columns, and the
 * POSIX tables beside it, are for leftmost-longest matching, which Go's regexp has on request only and nothing in charts can ask for.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { compileRegexp, type Regexp } from '../../src/core/go/regexp/index.ts';
import { unquote } from '../../src/core/go/strconv/index.ts';
import { unescapeUtf8 } from '../../src/std/index.ts';
import { corpusPath, describeCorpus, runRows, type Row } from './corpus.ts';

interface SearchRow {
  readonly pattern: string;
  readonly text: string;
  /** Matches of the whole text and of any part: `0-3 1-2 -`, or `-`. */
  readonly full: string;
  readonly partial: string;
}

function* readRows(): Generator<Row<SearchRow>> {
  const lines = readFileSync(corpusPath('go-fmt', 'regexp-testdata', 're2-search.txt'), 'utf8').split('\n');
  let strings: string[] = [];
  let pattern = '';
  let next = 0;
  let isInStrings = false;
  for (const [i, line] of lines.entries()) {
    if (line === 'strings') {
      strings = [];
      isInStrings = true;
    } else if (line === 'regexps') isInStrings = false;
    else if (line.startsWith('"')) {
      const text = unquote(line) as string;
      if (isInStrings) strings.push(text);
      else [pattern, next] = [text, 0];
    } else if (/^[-\d]/.test(line)) {
      const [full = '', partial = ''] = line.split(';');
      yield { name: `line ${i + 1}`, value: { pattern, text: strings[next++] as string, full, partial } };
    }
  }
}

function matchText(regexp: Regexp, text: string): string {
  const match = regexp.find(text);
  if (match === undefined) return '-';
  const offsets = match.map((offset) => (offset < 0 ? offset : unescapeUtf8(text.slice(0, offset)).length));
  const pairs: string[] = [];
  for (let i = 0; i < offsets.length; i += 2) pairs.push(offsets[i] === -1 ? '-' : `${offsets[i]}-${offsets[i + 1]}`);
  return pairs.join(' ');
}

function compiled(pattern: string): Regexp {
  const result = compileRegexp(pattern);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describeCorpus('go-fmt/regexp-testdata', 1804, () => {
  // Go knows no \C, and its \B is between characters where RE2's is between bytes.
  const isComparable = ({ pattern, text }: SearchRow): boolean =>
    !pattern.includes('\\C') && !(pattern.includes('\\B') && unescapeUtf8(text).length !== text.length);
  const rows = [...readRows()].filter((row) => isComparable(row.value));
  runRows('re2-search.txt', rows, ({ pattern, text, full, partial }) => {
    expect([matchText(compiled(`\\A(?:${pattern})\\z`), text), matchText(compiled(pattern), text)]).toEqual([full, partial]);
  });
});
