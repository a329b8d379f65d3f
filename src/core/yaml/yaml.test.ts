/** YAML for callers: what texts mean, how values and trees are printed, what failures say. Every expectation is what the Go library answers. */
import { describe, expect, test } from 'vitest';
import { isObject, type Json } from '../object/index.ts';
import {
  decode,
  decodeGo,
  decodeManifests,
  encode,
  encodeGo,
  goYamlV2,
  goYamlV3,
  kyaml,
  parseDocuments,
  positionOf,
  sigsYaml,
  type Variant,
  yamlText,
} from './index.ts';
import { collectionNode, encodeDocuments, encodeNode, scalarNode, toJson, type YamlNode } from './node/index.ts';

/** JSON with bigints as digits. */
const show = (value: unknown): string => JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? `${field}n` : field));

const rootOf = (text: string, variant: Variant): YamlNode => {
  const documents = parseDocuments(text, { variant });
  if (!documents.ok || documents.value[0] === undefined) throw new Error(`no document in ${text}`);
  return documents.value[0].root;
};

describe('what a text means', () => {
  const check = (text: string, json: string, variant: Variant = sigsYaml): void =>
    test(JSON.stringify(text), () => {
      const result = decode(text, { variant });
      expect(result.ok ? show(result.value) : result.error.message).toBe(json);
    });
  check('', 'null');
  check('# nothing\n', 'null');
  check('a: yes\nb: No\nc: on\nd: y\n', '{"a":true,"b":false,"c":true,"d":true}');
  check('a: yes\nb: true\n', '{"a":"yes","b":true}', goYamlV3);
  check('on: push\n', '{"true":"push"}');
  check('[0777, 0o777, 0x1F, 0b11, 1_000, 08, -0, +7]', '[511,511,31,3,1000,8,0,7]');
  check('[1.5, .5, 1e3, 1e400, 0.1.2, 1:30]', '[1.5,0.5,1000,"1e400","0.1.2","1:30"]');
  check(
    '[9007199254740993, 18446744073709551615, 18446744073709551616]',
    '["9007199254740993n","18446744073709551615n",18446744073709552000]',
  );
  check('[2001-12-14, 2001-12-14t21:59:43Z, 12:30:45]', '["2001-12-14","2001-12-14t21:59:43Z","12:30:45"]');
  check('[2001-12-14]', '["2001-12-14T00:00:00Z"]', goYamlV3);
  check('[~, null, "", !!str null, !!int "3", ! 12]', '[null,null,"","null",3,"12"]');
  check('1: a\n1.5: b\nfalse: c\n', '{"1":"a","1.5":"b","false":"c"}');
  check('a: |\n  x\n   y\n\nb: >-\n  one\n  two\n\n  three\n', '{"a":"x\\n y\\n","b":"one two\\nthree"}');
  check("a: \"\\x41\\u263a\\\n  b\"\nb: 'it''s'\n", '{"a":"A☺b","b":"it\'s"}');
  check('a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3\n', '{"a":{"k":1,"l":2},"b":{"k":1,"l":3}}');
  check('a: &x {l: 2}\nb:\n  l: 3\n  <<: *x\n', '{"a":{"l":2},"b":{"l":2}}');
  check('a: &x {l: 2}\nb:\n  l: 3\n  <<: *x\n', '{"a":{"l":2},"b":{"l":3}}', goYamlV3);
  check('a: 1\n---\nb: 2\n', '{"a":1}');
  check('\ufeffa: 1\r\nb: 2\r\n', '{"a":1,"b":2}');
  check('__proto__: {polluted: true}\nconstructor: 1\n', '{"__proto__":{"polluted":true},"constructor":1}');

  test('numbers of Helm values are float64', () => {
    expect(decode('a: 9007199254740993', { variant: sigsYaml, numbers: 'float64' })).toMatchObject({
      ok: true,
      value: { a: 9007199254740992 },
    });
  });

  test('objects inherit nothing', () => {
    const result = decode('{}', { variant: sigsYaml });
    const value = result.ok ? result.value : null;
    expect(isObject(value) && 'toString' in value).toBe(false);
  });
});

describe('what failures say', () => {
  const check = (text: string, message: string, place: string, variant: Variant = sigsYaml): void =>
    test(JSON.stringify(text), () => {
      const result = decode(text, { variant, strict: true });
      expect(result.ok ? show(result.value) : [result.error.message, `${result.error.line}:${result.error.column}`]).toEqual([
        message,
        place,
      ]);
    });
  check('a: b: c', 'yaml: mapping values are not allowed in this context', '1:5');
  check('x: 1\na: b: c', 'yaml: line 2: mapping values are not allowed in this context', '2:5');
  check('a:\n\t- b', 'yaml: line 2: found character that cannot start any token', '2:1');
  check('a: [1,\nb', "yaml: line 2: did not find expected ',' or ']'", '3:1');
  check('a: "x', 'yaml: found unexpected end of stream', '1:6');
  check('a: *x', "yaml: unknown anchor 'x' referenced", '1:4');
  check('a: 1\nb: 2\na: 3\n', 'yaml: unmarshal errors:\n  line 3: key "a" already set in map', '3:1');
  check('a: 1\na: 2\n', 'yaml: unmarshal errors:\n  line 2: mapping key "a" already defined at line 1', '2:1', goYamlV3);
  check('~: a', 'unsupported map key of type: %!s(<nil>), key: <nil>, value: "a"', '1:1');
  check('a: .nan', 'json: unsupported value: NaN', '1:4');
  check('a: \x01', 'yaml: control characters are not allowed', '1:4');
  check('a: \udcff', 'yaml: invalid leading UTF-8 octet', '1:4');
});

describe('bounds', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (let i = 0; i < 9; i++) bomb.push(`b${i}: &${'bcdefghij'[i]} [${Array(9).fill(`*${'abcdefghi'[i]}`).join()}]`);

  const messageOf = (text: string, variant: Variant = sigsYaml): string => {
    const result = decode(text, { variant });
    return result.ok ? 'ok' : result.error.message;
  };

  test('alias bombs', () => expect(messageOf(bomb.join('\n'))).toBe('yaml: document contains excessive aliasing'));
  test('an alias inside of what it stands for', () => expect(messageOf('a: &a [*a]')).toBe("yaml: anchor 'a' value contains itself"));
  test('depth', () => {
    expect(messageOf('['.repeat(1000) + ']'.repeat(1000))).toBe('ok');
    expect(messageOf('['.repeat(1001) + ']'.repeat(1001))).toBe('yaml: exceeded max depth of 1000');
    expect(messageOf(Array.from({ length: 5000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'))).toBe('yaml: exceeded max depth of 1000');
    expect(messageOf('- '.repeat(20000))).toBe('yaml: exceeded max depth of 1000');
  });
  test('length', () => {
    const result = decode('a: 12345', { variant: sigsYaml, budget: { length: 5, depth: 10 } });
    expect(result).toMatchObject({ ok: false, error: { message: 'yaml: document is longer than 5 characters' } });
  });
  test('merges of merges', () => {
    const lines = ['m0: &m0 {a: 1}', ...Array.from({ length: 40 }, (_, i) => `m${i + 1}: &m${i + 1} {<<: [*m${i}, *m${i}]}`)];
    const text = lines.join('\n');
    expect(messageOf(text)).toBe('yaml: document contains excessive aliasing');
    expect(positionOf(rootOf(text, sigsYaml), ['m40', 'b'])).toEqual({ line: 41, column: 1 });
  });
});

describe('manifests', () => {
  const text = `# a file\n---\napiVersion: v1\nkind: A\n---\n# nothing here\n--- # commented\n{"kind": "B"}\n---\nnull\n...\n---\nkind: C\nkind: D\n---\nkind: E\n`;

  test('each with its place, empty ones left out', () => {
    const { value, problems } = decodeManifests(text, { file: 'apps/x.yaml' });
    expect(value.map(({ object, line, column }) => [show(object), line, column])).toEqual([
      ['{"apiVersion":"v1","kind":"A"}', 3, 1],
      ['{"kind":"B"}', 8, 1],
      ['{"kind":"E"}', 16, 1],
    ]);
    expect(problems).toEqual([{ code: 'InvalidYaml', message: 'key "kind" already set in map', file: 'apps/x.yaml', line: 14, column: 1 }]);
  });
  test('each with its tree', () => {
    const places = decodeManifests(text).value.map(({ node }) => positionOf(node, ['kind']));
    expect(places.map(({ line }) => line)).toEqual([4, 8, 16]);
  });
  test('a stream of JSON', () => {
    expect(show(decodeManifests('{"a": 1}{"b": 2}\n{"c": 3}').value.map(({ object }) => object))).toBe('[{"a":1},{"b":2},{"c":3}]');
  });
  test('a syntax error ends the stream', () => {
    const { value, problems } = decodeManifests('a: 1\n---\nb: [\n---\nc: 3\n', { file: 'f' });
    expect(value).toHaveLength(1);
    expect(problems).toMatchObject([{ code: 'InvalidYaml', file: 'f', line: 4 }]);
  });
  test('several problems of one object', () => {
    const { problems } = decodeManifests('a: 1\na: 2\nb: 1\nc: 0\nb: 2\n');
    expect(problems.map(({ message, line }) => `${line}: ${message}`)).toEqual([
      '2: key "a" already set in map',
      '5: key "b" already set in map',
    ]);
  });
  test('without strictness the last key wins', () => {
    expect(show(decodeManifests('a: 1\na: 2\n', { strict: false }).value.map(({ object }) => object))).toBe('[{"a":2}]');
  });
});

describe('places of fields', () => {
  const root = rootOf('a: &x\n  b:\n  - c: 1\n    d: 2\ne: *x\nf:\n  <<: *x\n  g: 1\n', sigsYaml);
  const check = (path: readonly (string | number)[], place: string): void =>
    test(path.join('.'), () => {
      const { line, column } = positionOf(root, path);
      expect(`${line}:${column}`).toBe(place);
    });
  check([], '1:1');
  check(['a', 'b', 0, 'd'], '4:5');
  check(['a', 'b', 0], '3:5');
  check(['e', 'b'], '2:3');
  check(['f', 'b'], '2:3');
  check(['f', 'g'], '8:3');
  check(['f', 'missing', 'x'], '6:1');
});

describe('printing values', () => {
  const check = (value: Json, yaml: string, variant: Variant = sigsYaml): void =>
    test(JSON.stringify(yaml), () => expect(encode(value, { variant })).toBe(yaml));
  check({ b: 1, a10: 2, a2: [3, { c: 4 }], A: {}, '10': [], '9': null }, '"9": null\n"10": []\nA: {}\na2:\n- 3\n- c: 4\na10: 2\nb: 1\n');
  check(
    ['true', 'y', '1', '1.5', '', '~', '1:30', '2001-01-01', '<<'],
    '- "true"\n- "y"\n- "1"\n- "1.5"\n- ""\n- "~"\n- "1:30"\n- "2001-01-01"\n- <<\n',
  );
  check(
    ['a: b', '- a', '#x', 'a #b', ' a', "it's", '@x', '{', 'a\tb'],
    `- 'a: b'\n- '- a'\n- '#x'\n- 'a #b'\n- ' a'\n- it's\n- '@x'\n- '{'\n- "a\\tb"\n`,
  );
  check(
    ['l1\nl2', 'l1\nl2\n', 'l1\n\n', ' l1\nl2', 'x \ny'],
    '- |-\n  l1\n  l2\n- |\n  l1\n  l2\n- |+\n  l1\n\n- |2-\n   l1\n  l2\n- "x \\ny"\n',
  );
  check(
    [1e6, 1.5e300, 1234567.5, 0.00001, 12345678901234567890n, -0],
    '- 1000000\n- 1.5e+300\n- 1.2345675e+06\n- 1e-05\n- 12345678901234567890\n- 0\n',
  );
  check([1e6, 2], '- 1e+06\n- 2\n', goYamlV2);
  check(['é', '😀', '\u00a0', '\u0007'], '- é\n- "\\U0001F600"\n- \u00a0\n- "\\a"\n');
  check({ a: `${'word '.repeat(20)}end` }, `a: ${'word '.repeat(16).trimEnd()}\n  ${'word '.repeat(4)}end\n`);
  check({ a: `${'word '.repeat(20)}end` }, `a: ${'word '.repeat(20)}end\n`, kyaml);
  check({ a: [{ b: ['c'] }] }, 'a:\n    - b:\n        - c\n', goYamlV3);
  check({ a: [{ b: ['c'] }] }, 'a:\n  - b:\n      - c\n', { ...goYamlV3, indent: 2 });
  check({ a: [['b'], []] }, 'a:\n- - b\n- []\n', kyaml);
  check({ ['k'.repeat(129)]: 1 }, `? ${'k'.repeat(129)}\n: 1\n`);
});

describe('trees keep what they were', () => {
  const check = (text: string, printed = text, variant: Variant = kyaml): void =>
    test(JSON.stringify(text), () => {
      const documents = parseDocuments(text, { variant });
      expect(documents.ok ? encodeDocuments(documents.value, variant) : documents.error.message).toBe(printed);
    });
  check('# head\n\n# of a\na: 1 # behind\n# foot of a\n\nb: 2\n# foot of b\n');
  check('b: {x: 1, y: [2, 3]}\na: "q"\nc: \'s\'\nd: |-\n  text\ne: >-\n  folded\n');
  check('a: >\n  folded\n', 'a: >\n  folded\n\n');
  check('a:   # behind a key\n  - x\n  # above y\n  - y\n', 'a: # behind a key\n- x\n# above y\n- y\n');
  check('a:\n  - x\n', 'a:\n  - x\n', { ...kyaml, sequences: 'wide' });
  check('a: &x !mine b\nc: *x\n? [k]\n: v\n');
  check('<<: *x\n', "yaml: unknown anchor 'x' referenced");
  check('a: &x {}\nb:\n  <<: *x\n', 'a: &x {}\nb:\n  !!merge <<: *x\n');
  check('---\na: 1\n---\nb: 2\n', 'a: 1\n---\nb: 2\n');
  check('- # one\n  a: 1\n-\n  b: 2\n', '- # one\n  a: 1\n- b: 2\n');

  test('strings that programs put in stay strings', () => {
    const tree = collectionNode('mapping', [scalarNode('a'), scalarNode('true', '!!str'), scalarNode('b'), scalarNode('1', '!!int')]);
    expect(encodeNode(tree, kyaml)).toBe('a: "true"\nb: 1\n');
    expect(toJson(tree, { variant: kyaml })).toMatchObject({ ok: true, value: { a: 'true', b: 1 } });
  });
});

describe('Go values and bytes', () => {
  test('keys keep their types', () => {
    const value = decodeGo('1: a\n"1": b\n', { variant: goYamlV2 });
    expect(value.ok && encodeGo(value.value, { variant: goYamlV2 })).toEqual({ ok: true, value: '1: a\n"1": b\n' });
  });
  test('byte order marks', () => {
    expect(yamlText(Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x3a, 0))).toBe('a:');
    expect(yamlText(Uint8Array.of(0xfe, 0xff, 0, 0x61, 0, 0x3a))).toBe('a:');
    expect(decode(yamlText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0x3a)), { variant: sigsYaml })).toMatchObject({
      ok: true,
      value: { a: null },
    });
  });
});
