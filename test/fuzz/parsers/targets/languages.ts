/** Small languages people write into fields, files and flags. */
import { compileCel } from '../../../../src/core/cel/index.ts';
import { mergeOptions } from '../../../../src/core/chart/index.ts';
import { sprintf } from '../../../../src/core/go/fmt/index.ts';
import { RegexpCache, compileRegexp } from '../../../../src/core/go/regexp/index.ts';
import { parseConstraints, parseVersion } from '../../../../src/core/go/semver/index.ts';
import { unquote } from '../../../../src/core/go/strconv/index.ts';
import { parseDuration, parseTime } from '../../../../src/core/go/time/index.ts';
import { int } from '../../../../src/core/go/value/index.ts';
import { parseFieldSelector } from '../../../../src/core/kube/select/index.ts';
import { parseScenario } from '../../../../src/core/kube/scenario/index.ts';
import { parseSchedule } from '../../../../src/core/go/cron/index.ts';
import { canonicalQuantity, parseQuantity } from '../../../../src/core/object/quantity/index.ts';
import { formatSelector, matchesSelector, parseSelector } from '../../../../src/core/object/selector/index.ts';
import { readManifests } from '../../../../src/core/plain/index.ts';
import { substitute } from '../../../../src/core/substitute/index.ts';
import { cleanPath, compilePatterns, matchesPatterns } from '../../../../src/core/tree/index.ts';
import { parseSnapshots, parseSuites } from '../../../../src/core/unittest/index.ts';
import {
  decode,
  decodeGo,
  decodeManifests,
  encode,
  encodeGo,
  goYamlV2,
  goYamlV3,
  parseDocuments,
  sigsYaml,
} from '../../../../src/core/yaml/index.ts';
import { encodeDocuments } from '../../../../src/core/yaml/node/index.ts';
import { promised, type Target } from '../target.ts';

const yamlWords = [
  '- ',
  '? ',
  ': ',
  '---\n',
  '...\n',
  '&x ',
  '*x',
  '!!binary ',
  '!!float ',
  '!t ',
  '<<: ',
  '|\n',
  '|2-\n',
  '>+\n',
  '%YAML 1.1\n',
  '%TAG ! x\n',
  '{',
  '}',
  '[',
  ']',
  '# c',
  '\n  ',
  '\n    ',
  '\n	',
  '"\\x41',
  '"\\ud800"',
  '0o17',
  '1:30',
  '2026-01-01',
  'yes',
  '~',
  '.nan',
  '[[[[',
  '{a: ',
];

const manifest = `apiVersion: v1
kind: ConfigMap
metadata: {name: a, labels: &l {x: "1"}}
data:
  plain: text # why
  folded: >-
    one
    two
  literal: |2
      kept
binaryData: {b: !!binary aGk=}
--- # next
- *l
`;

const celVariables = new Map([['object', undefined] as const, ['x', undefined] as const]);

/** In pairs: a text with the value that may match it. */
const [before, after] = ['\n==\n', '\n=='];
const halves = (text: string): readonly [string, string] => {
  const at = text.indexOf(before);
  return at < 0 ? [text, text] : [text.slice(0, at), text.slice(at + after.length + 1)];
};

const numbers = [int(1), -1.5, 'text', null, true, ['a', 1], { a: 1 }];

export const languages: readonly Target[] = [
  {
    name: 'yaml',
    seeds: [manifest, 'a: [1, {b: c}]\n', '{"a": "\\u00e9", "b": [1e3, null]}', 'a: &x {b: 1}\nc:\n  <<: *x\n  d: *x\n'],
    words: yamlWords,
    read: (bytes) => {
      const text = bytes.toString('utf8');
      for (const variant of [goYamlV2, goYamlV3]) {
        const documents = parseDocuments(text, { variant });
        if (documents.ok) encodeDocuments(documents.value, variant);
        const value = decodeGo(text, { variant });
        if (value.ok) encodeGo(value.value, { variant });
      }
      const json = decode(text, { variant: sigsYaml });
      if (json.ok) promised(decode(encode(json.value, { variant: sigsYaml }), { variant: sigsYaml }).ok, 'what is printed can be read');
      decodeManifests(text, { file: 'x.yaml' });
      readManifests(text, 'x.yaml');
    },
  },
  {
    name: 'values',
    seeds: ['a.b[0].c=1,d={x,y}', 'a\\.b=c\\,d', 'a={"b":[1,null]}', 'list[3]=x,list[0].k=null', 'a=1\n==\nb: {c: 1}\n'],
    words: [',', '=', '[', ']', '{', '}', '.', '\\', '[65536]', '[-1]', 'null', 'a.', '[0]', '{a,', '"', ':'],
    read: (bytes) => {
      const [argument, file] = halves(bytes.toString('utf8'));
      const files = [{ name: 'values.yaml', text: file }];
      for (const how of ['set', 'setString', 'setJson', 'setFile', 'setLiteral'] as const)
        mergeOptions({ files, [how]: [argument], readFile: () => 'x' });
    },
  },
  {
    name: 'substitute',
    seeds: ['${a} $b $$c ${d:-e}', '${a:=b}${a/x/y}${a//x*/y}${a%.*}${a##*/}${#a}', '${a:1:2}${a^^}${a,,}${missing:?no}'],
    words: ['${', '}', '$', '$$', ':-', ':=', ':?', '##', '%%', '//', '/', '^^', ',,', '*', '?', '[', '\\', '${${'],
    read: (bytes) => {
      const variables = new Map([
        ['a', 'xx.yy/zz'],
        ['d', 'é💥'.repeat(9)],
      ]);
      for (const strict of [true, false]) substitute(bytes.toString('utf8'), variables, { strict });
    },
  },
  {
    name: 'cel',
    seeds: [
      'object.spec.replicas == 3 && x.all(i, i > 0) || has(object.status)',
      "x.map(a, a.size() > 1, [a, 'b']).exists(c, c in ['d'])",
      "object.?a.orValue('x').matches('^[a-z]+$') ? 1.5 : double(2u)",
      "'%s %d'.format(['a', 1]) + timestamp('2026-01-01T00:00:00Z').getFullYear().string()",
      "quantity('1Gi').isGreaterThan(quantity('1M')) && url('https://a/b').getHost() == 'a'",
      "cel.bind(v, object.a, v + v) == dyn({'a': [1], b'\\x00': null})",
    ],
    words: [
      '.all(',
      '.map(',
      '.exists_one(',
      'has(',
      '? ',
      ' : ',
      '&&',
      '||',
      '!',
      ' in ',
      '[',
      ']',
      '{',
      '}',
      '(',
      ')',
      '.?',
      '[?',
      "b'",
      'r"',
      "'''",
      '\\u',
      '\\377',
      '9223372036854775808',
      '-9223372036854775808',
      '1u',
      '1e',
      "matches('(a+)+$')",
      '.sum()',
      'dyn(',
      'type(',
      '.replace(',
      '.split(',
      '.findAll(',
      'sets.contains(',
      'optional.of(',
      'ip(',
      'cidr(',
      'semver(',
    ],
    read: (bytes) => {
      const compiled = compileCel(bytes.toString('utf8'), { variables: celVariables });
      if (!compiled.ok) return promised(compiled.error.message !== '', 'an error has words');
      const object = { spec: { replicas: 3 }, a: 'text', list: [1, 2, 3] };
      compiled.value.run(
        new Map<string, never>([
          ['object', object as never],
          ['x', [1, 2, 'aa'] as never],
        ]),
        { limit: 100_000 },
      );
    },
  },
  {
    name: 'regexp',
    seeds: ['^(?P<a>[a-z]+)(b|c)*?$\n==\nabcbc', '(?i)\\pL{2,3}\\b[^x]\n==\nÉé x', '(a*)*(b{0,3}){2}\n==\naab'],
    words: [
      '(?',
      '(?:',
      '(?P<',
      ')',
      '{1000}',
      '{2,',
      '*',
      '+?',
      '\\p{Greek}',
      '\\Q',
      '\\E',
      '[[:alpha:]]',
      '[^',
      ']',
      '|',
      '\\b',
      '$',
      '.',
    ],
    read: (bytes) => {
      const [pattern, text] = halves(bytes.toString('utf8'));
      const compiled = compileRegexp(pattern);
      if (compiled.ok) compiled.value.replaceAll(text.slice(0, 2000), '<$1>');
      new RegexpCache().compile(pattern);
    },
  },
  {
    name: 'versions',
    seeds: ['1.2.3-rc.1+b', '>=1.2 <2 || ~3.x, ^0.1', '1.2 - 3.4.5', 'v2', '1h2m3.5s', '2026-02-03T04:05:06.7+08:00'],
    words: ['>=', '||', '^', '~', ' - ', 'x', '*', '.', '-', '+', 'v', '!=', '=>', ',', 'h', 'µs', 'T', 'Z'],
    read: (bytes) => {
      const text = bytes.toString('utf8');
      const [constraints, version] = [parseConstraints(text), parseVersion(text)];
      if (constraints.ok && version.ok) constraints.value.check(version.value);
      parseDuration(text);
      parseTime('2006-01-02T15:04:05Z07:00', text);
      parseSchedule(text);
      const quantity = parseQuantity(text);
      if (quantity !== undefined) canonicalQuantity(text);
    },
  },
  {
    name: 'schedules and quantities',
    seeds: ['*/5 0-6 1,15 jan-mar mon', '@every 1h30m', '100m', '1.5Gi', '1e3', '-0.000000001', '12Ei'],
    words: ['*', '/', '-', ',', '@daily', '@every ', 'Ki', 'E', 'n', 'sun', '?', '60', '0/0'],
    read: (bytes) => {
      const text = bytes.toString('utf8');
      parseSchedule(text);
      if (parseQuantity(text) !== undefined) promised(canonicalQuantity(text) !== '', 'a quantity has a form');
    },
  },
  {
    name: 'printf',
    seeds: ['%5.2f %v %+d %x %q', '%[2]*[1]d %s%%', '%-10s|%08.3f|%#v|%T|%t|%c|%U', '%!d(string=x)'],
    words: ['%', '%[', '*', ']', '.', '#', '+', '-', ' ', '0', 'v', 'q', '9999', '%w', '[3]', '1000000'],
    read: (bytes) => {
      const text = bytes.toString('utf8');
      try {
        sprintf(text, numbers as never);
      } catch (error) {
        if (!(error instanceof RangeError) || error.message.includes('call stack')) throw error;
      }
      unquote(text);
    },
  },
  {
    name: 'selectors',
    seeds: ['a=b,c in (x, y),!d,e notin (z)', 'metadata.name=a,status.phase!=Running', 'example.com/a==b,f>1'],
    words: [' in (', ' notin (', ')', ',', '=', '==', '!=', '!', '>', '<', '/', '\\', '.'],
    read: (bytes) => {
      const text = bytes.toString('utf8');
      parseFieldSelector(text);
      const selector = parseSelector(text);
      if (!selector.ok) return promised(selector.error !== '', 'an error has words');
      matchesSelector(selector.value, { a: 'b' });
      promised(parseSelector(formatSelector(selector.value)).ok, 'what is printed can be read');
    },
  },
  {
    name: 'patterns',
    seeds: ['/*\n!/apps\n**/test/**\n*.md\n\n==\napps/test/a.md', '# c\n\\!x\n[a-z]?[!b]*/\n==\nq/w', '*a*b*c*d*\n==\naxbxcxd'],
    words: ['**', '*', '?', '[', ']', '!', '\\', '/', '#', '\n', '[[:digit:]]', ' ', '..'],
    read: (bytes) => {
      const [patterns, path] = halves(bytes.toString('utf8'));
      // No path of a repository is longer.
      const clean = cleanPath(path.slice(0, 4096));
      if (clean === undefined) return;
      promised(!clean.split('/').includes('..'), 'a clean path stays inside');
      for (const type of ['file', 'directory'] as const) matchesPatterns(compilePatterns(patterns), clean, type);
    },
  },
  {
    name: 'scenario',
    seeds: ['"*": {pods: "app=web: crash-loop after 2m", services: "a: waits", api: "patch deployments: 500 for 10s"}\n'],
    words: [': ', '"*"', 'crash-loop', 'image-pull', 'oom', ' for ', ' after ', '10s', 'pods', '\\n', '500', '*'],
    read: (bytes) => void parseScenario(bytes.toString('utf8'), 'scenario.yaml'),
  },
  {
    name: 'unittest',
    seeds: [
      'suite: a\ntemplates: [d.yaml]\nset: {a.b[0]: 1}\ntests:\n  - it: works\n    asserts:\n      - equal: {path: spec.a, value: 1}\n      - matchSnapshot: {}\n',
      'works:\n  1: |\n    a: b\n',
    ],
    words: [...yamlWords, 'asserts:', 'notFailed', 'path: ', '$..a[?(@.b)]', 'documentIndex: ', 'matchRegex', 'release:', 'capabilities:'],
    read: (bytes) => {
      parseSuites('a_test.yaml', bytes.toString('utf8'));
      parseSnapshots(bytes.toString('utf8'));
    },
  },
];
