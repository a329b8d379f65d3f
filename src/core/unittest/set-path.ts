/** Keys of `set` in suites: `a.b[0].c`, `[a.b].c`. Source: helm-unittest pkg/unittest/valueutils/valueutils.go. */
import { err, ok, type Result } from '../../std/index.ts';
import { type Json, record } from '../object/index.ts';

type Cursor = string | number;
type Expected = 'key' | 'index' | 'separator' | 'escaped';

function cursorsOf(path: string): Result<readonly Cursor[], string> {
  const cursors: Cursor[] = [];
  let expected: Expected = 'key';
  let escaped = '';
  let rest = path;
  for (;;) {
    const at = rest.search(/[.[\],{}=]/);
    const text = at < 0 ? rest : rest.slice(0, at);
    const last = at < 0 ? '' : (rest[at] ?? '');
    if (',{}='.includes(last) && last !== '') return err(`invalid token found ${last}`);
    if (last === '') {
      if (text !== '' && expected === 'key') return ok([...cursors, text]);
      return text === '' && expected === 'separator' ? ok(cursors) : err('unexpected end of');
    }
    if (expected === 'index') {
      if (last !== ']') return err('missing index value');
      if (!/^[+-]?\d+$/.test(text)) return err(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
      cursors.push(Number(text));
      expected = 'separator';
    } else if (expected === 'separator') {
      if (last === ']') return err(`invalid denotation token ${last}`);
      expected = last === '.' ? 'key' : 'index';
    } else if (expected === 'key') {
      if (last === ']') return err(`invalid key ${last}`);
      if (last === '[' && text === '') {
        escaped = '';
        expected = 'escaped';
      } else {
        cursors.push(text);
        expected = last === '.' ? 'key' : 'index';
      }
    } else if (last === '[') return err(`invalid escaping token ${last}`);
    else {
      escaped += last === '.' ? `${text}.` : text;
      if (last === ']') {
        cursors.push(escaped);
        expected = 'separator';
      }
    }
    rest = rest.slice(at + 1);
  }
}

const maxIndex = 65536;

/** The table in which only the value at the path is set. */
export function tableOf(path: string, value: Json): Result<Json, string> {
  if (path === '') return err('set path is empty');
  const cursors = cursorsOf(path);
  if (!cursors.ok) return cursors;
  let result = value;
  for (const cursor of cursors.value.toReversed()) {
    if (typeof cursor === 'string') result = record([[cursor, result]]) as Json;
    else if (cursor < 0 || cursor > maxIndex) return err(`index ${cursor} is out of range`);
    else result = [...Array.from({ length: cursor }, (): Json => null), result];
  }
  return ok(result);
}
