/** Go's text/template: tokens, trees, parse errors, execution, comparison, options. Rows: corpus go-template (see its README). */
import { expect } from 'vitest';
import {
  Lexer,
  lineAt,
  parseNumber,
  ParseError,
  parseTemplate,
  printNode,
  isEmptyTree,
  type Node,
} from '../../src/core/template/parse/index.ts';
import { quote } from '../../src/core/go/strconv/index.ts';
import { GoMap } from '../../src/core/go/composite/index.ts';
import { sprintln } from '../../src/core/go/fmt/index.ts';
import { isTrue, typeName } from '../../src/core/go/reflect/index.ts';
import { basicType } from '../../src/core/go/type/index.ts';
import { GoInt, type GoValue, int } from '../../src/core/go/value/index.ts';
import { builtins } from '../../src/core/template/builtin/index.ts';
import {
  Budget,
  executeNamed,
  executeTemplate,
  fixed,
  type MissingKey,
  param,
  paramOfType,
  TemplateCache,
  TemplateFailure,
  type TemplateFunction,
  TemplateSet,
  variadic,
} from '../../src/core/template/exec/index.ts';
import { encodeUtf8 } from '../../src/std/index.ts';
import { describeCorpus, readCorpus, type Row, runRows, type Skips } from './corpus.ts';
import { decodeTagged, typeNamed } from './tagged.ts';

const folder = 'go-template';
const read = <T>(file: string): T => readCorpus<T>(folder, `${file}.json`);
const rowsOf = <T extends { readonly name?: string; readonly src?: string }>(list: readonly T[]): Row<T>[] =>
  list.map((value, index) => ({ name: `${index} ${value.name ?? ''} ${value.src ?? ''}`, value }));

const functions = new Set(
  'and or not eq ne lt le gt ge index slice len print printf println html js urlquery call printf contains defined'.split(' '),
);
const hasFunction = (name: string): boolean => functions.has(name);
const byteOffset = (text: string, pos: number): number => encodeUtf8(text.slice(0, pos)).length;

interface LexRow {
  readonly name: string;
  readonly template: string;
  readonly items: readonly (readonly [string, string, number?, number?])[];
  readonly delims?: readonly [string, string];
}

/** The corpus' words for tokens. */
const kindNames: Readonly<Record<string, string>> = {
  charConstant: 'charconst',
  eof: 'EOF',
  leftDelim: 'left delim',
  rightDelim: 'right delim',
  leftParen: '(',
  rightParen: ')',
  rawString: 'raw string',
  assign: '=',
  declare: ':=',
  dot: '.',
};

function checkLex(row: LexRow): void {
  const lexer = new Lexer(row.template, {
    left: row.delims?.[0] ?? '{{',
    right: row.delims?.[1] ?? '}}',
    comments: true,
    breakKeyword: true,
    continueKeyword: true,
  });
  const items: (string | number)[][] = [];
  for (;;) {
    const token = lexer.next();
    const kind = kindNames[token.kind] ?? token.kind;
    const text = token.kind === 'eof' ? '' : token.text;
    items.push([kind, text, byteOffset(row.template, token.pos), lineAt(row.template, token.pos)]);
    if (token.kind === 'eof' || token.kind === 'error') break;
  }
  expect(items.map((item, index) => item.slice(0, row.items[index]?.length ?? 4))).toEqual(row.items);
}

interface ParseRow {
  readonly name: string;
  readonly template: string;
  readonly tree?: string;
  readonly rawText?: boolean;
  readonly error?: boolean;
  readonly message?: string;
  readonly ok?: boolean;
  readonly maxDepth?: number;
  readonly keepComments?: boolean;
  readonly skipFuncCheck?: boolean;
  readonly delims?: readonly [string, string];
  readonly defined?: readonly string[];
  readonly defines?: readonly (readonly [string, string])[];
}

/** The tree with text nodes quoted, as Go's test prints it. */
function quotedText(node: Node): Node {
  switch (node.kind) {
    case 'text':
      return { ...node, text: quote(node.text) };
    case 'list':
      return { ...node, nodes: node.nodes.map((item) => quotedText(item) as never) };
    case 'if':
    case 'range':
    case 'with':
      return {
        ...node,
        list: quotedText(node.list) as never,
        elseList: node.elseList === undefined ? undefined : (quotedText(node.elseList) as never),
      };
    default:
      return node;
  }
}

function checkParse(row: ParseRow): void {
  const options = {
    hasFunction: (name: string) => row.skipFuncCheck === true || hasFunction(name) || row.defined?.includes(name) === true,
    comments: row.keepComments === true,
    left: row.delims?.[0] ?? '',
    right: row.delims?.[1] ?? '',
    ...(row.maxDepth === undefined ? {} : { maxDepth: row.maxDepth }),
  };
  if (row.error === true) {
    expect(() => parseTemplate(row.name, row.template, options)).toThrow(ParseError);
    return;
  }
  const { main, definitions } = parseTemplate(row.name, row.template, options);
  for (const [name, body] of row.defines ?? []) expect(printNode(definitions.get(name) as Node)).toBe(body);
  if (row.tree !== undefined)
    expect(
      printNode(row.rawText === true ? main : quotedText(main), { left: row.delims?.[0] ?? '{{', right: row.delims?.[1] ?? '}}' }),
    ).toBe(row.tree);
}

interface NumberRow {
  readonly name?: string;
  readonly text: string;
  readonly isInt: boolean;
  readonly isUint: boolean;
  readonly isFloat: boolean;
  readonly isComplex: boolean;
  readonly int?: number | string;
  readonly uint?: number | string;
  readonly float?: number;
  readonly error?: boolean;
}

function checkNumber(row: NumberRow): void {
  const token = new Lexer(`{{${row.text}}}`, { left: '{{', right: '}}', comments: false, breakKeyword: true, continueKeyword: true });
  token.next();
  const { kind } = token.next();
  const kindOf = kind === 'charConstant' || kind === 'complex' ? kind : 'number';
  const parsed = parseNumber(kindOf, row.text);
  if (row.error === true || 'error' in parsed) {
    expect('error' in parsed).toBe(row.error === true || !(row.isInt || row.isUint || row.isFloat || row.isComplex));
    return;
  }
  expect([parsed.int !== undefined, parsed.uint !== undefined, parsed.float !== undefined, parsed.complex !== undefined]).toEqual([
    row.isInt,
    row.isUint,
    row.isFloat,
    row.isComplex,
  ]);
  if (row.isInt) expect(parsed.int).toBe(BigInt(row.int ?? 0));
  if (row.isUint) expect(parsed.uint).toBe(BigInt(row.uint ?? 0));
  if (row.isFloat) expect(parsed.float).toBe(row.float);
}

interface ExecRow {
  readonly name?: string;
  readonly template: string | null;
  readonly templateName?: string;
  readonly texts?: readonly (readonly [string, string])[];
  readonly with?: string;
  readonly execute?: string;
  readonly option?: string;
  readonly delims?: readonly [string, string];
  readonly data?: unknown;
  readonly expect?: string;
  readonly error?: boolean;
  readonly parseError?: boolean;
  readonly errorEquals?: string;
  readonly errorContains?: string;
  readonly errorEndsWith?: string;
  readonly src?: string;
}

interface ExecFile {
  readonly fixtures?: { readonly [name: string]: unknown };
  readonly with?: { readonly [name: string]: readonly (readonly [string, string])[] };
  readonly data?: unknown;
  /** A text parsed last under the executed name is executed itself, even when, being empty, it replaced nothing. */
  readonly runsLast?: boolean;
  readonly rows: readonly ExecRow[];
}

const fail = (message: string): never => {
  throw new TemplateFailure(message);
};
const makeMap = (type: string, entries: readonly (readonly [GoValue, GoValue])[]): GoMap => new GoMap(typeNamed(type), entries);
const makeString = paramOfType(basicType.string);

/** The functions of Go's own tests. */
const testFunctions = new Map<string, TemplateFunction>([
  ...builtins,
  ['add', variadic([], param.int, (args) => int((args as readonly number[]).reduce((a, b) => a + b, 0)))],
  ['dddArg', variadic([param.any], makeString, (args) => (args[0] instanceof GoInt ? sprintln(args) : fail('wrong type')))],
  ['die', fixed([], () => fail('die!'))],
  ['echo', fixed([param.any], ([value]) => value)],
  [
    'makemap',
    variadic([], param.string, (args) =>
      makeMap(
        'map[string]string',
        args.flatMap((key, i) => (i % 2 === 0 ? [[key, args[i + 1] ?? '']] : [])),
      ),
    ),
  ],
  ['mapOfThree', fixed([], () => makeMap('map[string]int', [['three', int(3)]]))],
  ['oneArg', fixed([param.string], ([text]) => `oneArg=${text}`)],
  ['returnInt', fixed([], () => int(7))],
  ['twoArgs', fixed([param.string, param.string], ([a, b]) => `twoArgs=${a}${b}`)],
  ['typeOf', fixed([param.any], ([value]) => typeName(value))],
  ['valueString', fixed([param.string], () => 'value is ignored')],
  ['zeroArgs', fixed([], () => 'zeroArgs')],
]);
const cache = new TemplateCache(testFunctions);

function execute(row: ExecRow, file: ExecFile): string {
  const missingKey = row.option === undefined ? 'default' : (row.option.split('=')[1] as MissingKey);
  const name = row.templateName ?? 'tmpl';
  const options = { missingKey, left: row.delims?.[0] ?? '', right: row.delims?.[1] ?? '' };
  const set = new TemplateSet(name, cache, options);
  for (const [title, text] of row.with === undefined ? [] : (file.with?.[row.with] ?? [])) set.add(title, text);
  const parsed = row.texts?.map(([title, text]) => set.add(title, text)) ?? [];
  const data = row.data === undefined ? file.data : row.data;
  const call = {
    data: data === undefined ? null : decodeTagged(data, { fixtures: file.fixtures ?? {} }),
    run: { budget: new Budget(), host: undefined, depth: 0 },
  };
  if (row.template === null) return executeTemplate(set, set.own(), call);
  const last = parsed.at(-1);
  if (row.template === undefined)
    return file.runsLast === true && last !== undefined && last.name === row.execute
      ? executeTemplate(set, last, call)
      : executeNamed(set, row.execute ?? name, call);
  const template = set.add(name, row.template);
  return row.execute === undefined ? executeTemplate(set, template, call) : executeNamed(set, row.execute, call);
}

function errorOf(run: () => string): string {
  try {
    return `no error, but: ${run()}`;
  } catch (error) {
    if (error instanceof TemplateFailure || error instanceof ParseError) return error.message;
    throw error;
  }
}

function checkExec(row: ExecRow, file: ExecFile): void {
  const wantsError =
    row.error === true ||
    row.parseError === true ||
    row.errorEquals !== undefined ||
    row.errorContains !== undefined ||
    row.errorEndsWith !== undefined;
  if (!wantsError) {
    const text = execute(row, file);
    if (row.expect !== undefined) expect(text).toBe(row.expect);
    return;
  }
  const message = errorOf(() => execute(row, file));
  expect(message.startsWith('no error, but'), message).toBe(false);
  if (row.errorEquals !== undefined) expect(message).toBe(row.errorEquals);
  if (row.errorContains !== undefined) expect(message).toContain(row.errorContains);
  if (row.errorEndsWith !== undefined) expect(message.endsWith(row.errorEndsWith), message).toBe(true);
}

function runExec(title: string, fileName: string, skips: Skips = {}): void {
  const content = read<ExecFile | readonly ExecRow[]>(fileName);
  const file: ExecFile = Array.isArray(content) ? { rows: content as readonly ExecRow[] } : { ...(content as ExecFile), runsLast: true };
  runRows(title, rowsOf(file.rows), (row) => checkExec(row, file), skips);
}

describeCorpus(folder, 867, () => {
  runRows('lex', rowsOf(read<LexRow[]>('lex')), checkLex);
  runRows('parse', rowsOf(read<ParseRow[]>('parse')), checkParse);
  runRows('parse errors', rowsOf(read<{ name: string; template: string; errorContains: string }[]>('parse-errors')), (row) => {
    expect(() => parseTemplate(row.name, row.template, { hasFunction: () => false })).toThrow(row.errorContains);
  });
  runRows('numbers', rowsOf(read<NumberRow[]>('numbers')), checkNumber);
  runRows('is empty', rowsOf(read<{ name: string; template: string; empty: boolean }[]>('is-empty')), (row) => {
    expect(isEmptyTree(parseTemplate('t', row.template, { hasFunction }).main)).toBe(row.empty);
  });
  runRows(
    'definitions',
    rowsOf(read<{ name: string; template: string; error?: boolean; defines?: [string, string][] }[]>('multi-parse')),
    (row) => {
      if (row.error === true) expect(() => parseTemplate(row.name, row.template, { hasFunction })).toThrow(ParseError);
      else {
        const printed = [...parseTemplate(row.name, row.template, { hasFunction }).definitions].map(([name, root]) => [
          name,
          printNode(root),
        ]);
        expect(printed).toEqual(row.defines);
      }
    },
  );
  runExec('exec', 'exec');
  runExec('compare', 'cmp');
  runExec('interface values', 'interface-values');
  runExec('errors', 'errors', {
    '0 MissingFieldOnNil exec_test.go:1611':
      'a nil pointer to a struct does not say which fields the struct has; no template data of ours holds one',
  });
  runExec('options', 'options');
  runExec('several templates', 'multi-exec');
  runRows('js', rowsOf(read<{ input: string; expect: string; src: string }[]>('js-escape')), (row) => {
    const set = new TemplateSet('t', cache);
    const text = executeTemplate(set, set.add('t', '{{js .}}'), {
      data: row.input,
      run: { budget: new Budget(), host: undefined, depth: 0 },
    });
    expect(text).toBe(row.expect);
  });
  runRows('truth', rowsOf(read<{ value: unknown; expect: boolean; src: string }[]>('is-true')), (row) => {
    expect(isTrue(decodeTagged(row.value))).toBe(row.expect);
  });
});
