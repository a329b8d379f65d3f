/** The sprig functions, through templates and called directly. Rows: corpus sprig (see its README). */
import { expect } from 'vitest';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { Ask, Request } from '../../src/core/ask/index.ts';
import { deepStrictEqual } from 'node:assert';
import { lengthOf } from '../../src/core/go/reflect/index.ts';
import { RegexpCache } from '../../src/core/go/regexp/index.ts';
import { RangeCache } from '../../src/core/go/semver/index.ts';
import { utc } from '../../src/core/go/time/index.ts';
import type { GoRecord, GoValue } from '../../src/core/go/value/index.ts';
import { builtins } from '../../src/core/template/builtin/index.ts';
import {
  Budget,
  executeTemplate,
  fixed,
  param,
  type Run,
  TemplateCache,
  TemplateFailure,
  TemplateSet,
} from '../../src/core/template/exec/index.ts';
import { encodeJson } from '../../src/core/template/json/index.ts';
import { sprigFunctions, type SprigHost } from '../../src/core/template/sprig/index.ts';
import { describeCorpus, readCorpus, type Row, runRows } from './corpus.ts';
import { decodeTagged } from './tagged.ts';

const now = Date.UTC(2026, 5, 1, 12, 0, 0);
let environment: { readonly [name: string]: string } = {};

/** Answers as the real world would: random bytes, keys, a clock. */
const ask = ((request: Request) => {
  switch (request.kind) {
    case 'now':
      return now;
    case 'randomBytes':
      return Uint8Array.from({ length: request.length }, (_, i) => (i * 151 + request.sequence * 31 + 7) & 0xff);
    case 'privateKey':
      return privateKey(request.algorithm);
    default:
      throw new Error(`not asked in these rows: ${request.kind}`);
  }
}) as Ask;

function privateKey(algorithm: 'rsa' | 'ecdsa' | 'ed25519' | 'dsa'): string {
  switch (algorithm) {
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }) as string;
    case 'ecdsa':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    case 'ed25519':
      return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    case 'dsa':
      return generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey.export({
        type: 'pkcs8',
        format: 'pem',
      }) as string;
  }
}

const functions = new Map([
  ...builtins,
  ...sprigFunctions,
  ['env', fixed([param.string], ([name]) => environment[name] ?? '')],
  ['expandenv', fixed([param.string], ([text]) => text.replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => environment[name] ?? ''))],
]);
const cache = new TemplateCache(functions);
const run = (): Run => ({
  budget: new Budget(),
  host: {
    ask,
    zone: (name) => (name === 'UTC' || name === 'Local' ? utc : undefined),
    patterns: new RegexpCache(),
    ranges: new RangeCache(),
    draws: 0,
  } satisfies SprigHost,
  depth: 0,
});

function render(template: string, data: GoValue): string {
  const set = new TemplateSet('test', cache);
  return executeTemplate(set, set.add('test', template), { data, run: run() });
}

interface TemplateRow {
  readonly template: string;
  readonly data: unknown;
  readonly expect?: string;
  readonly error?: boolean;
  readonly errorContains?: string;
  readonly env?: { readonly [name: string]: string };
  readonly contains?: readonly string[];
  readonly byteLength?: number;
  readonly runeLength?: number;
  readonly after?: { readonly [key: string]: unknown };
  readonly certificate?: {
    readonly commonName: string;
    readonly isCA?: boolean;
    readonly ipAddresses?: readonly string[];
    readonly dnsNames?: readonly string[];
  };
  readonly src: string;
}

const named = <T extends { readonly src: string }>(rows: readonly T[]): Row<T>[] =>
  rows.map((value, i) => ({ name: `${i} ${value.src}`, value }));

function checkTemplate(row: TemplateRow): void {
  environment = row.env ?? {};
  const data = decodeTagged(row.data, { now });
  if (row.error === true) {
    expect(() => render(row.template, data)).toThrow(TemplateFailure);
    if (row.errorContains !== undefined) expect(() => render(row.template, data)).toThrow(row.errorContains);
    return;
  }
  const text = render(row.template, data);
  if (row.expect !== undefined) expect(text, row.template).toBe(row.expect);
  for (const part of row.contains ?? []) expect(text).toContain(part);
  if (row.byteLength !== undefined) expect(Buffer.byteLength(text)).toBe(row.byteLength);
  if (row.runeLength !== undefined) expect([...text].length).toBe(row.runeLength);
  for (const [key, value] of Object.entries(row.after ?? {})) deepStrictEqual((data as GoRecord)[key], decodeTagged(value));
  if (row.certificate !== undefined) checkCertificate(text, row.certificate);
}

function checkCertificate(text: string, wanted: NonNullable<TemplateRow['certificate']>): void {
  const certificate = new X509Certificate(text.trim());
  expect(certificate.subject).toBe(`CN=${wanted.commonName}`);
  expect(certificate.ca).toBe(wanted.isCA === true);
  const names = [...(wanted.dnsNames ?? []).map((name) => `DNS:${name}`), ...(wanted.ipAddresses ?? []).map((ip) => `IP Address:${ip}`)];
  if (names.length > 0) expect(certificate.subjectAltName?.split(', ').sort()).toEqual(names.sort());
}

interface CallRow {
  readonly func: string;
  readonly args: readonly unknown[];
  readonly expect?: unknown;
  readonly expectLength?: number;
  readonly error?: boolean;
  readonly src: string;
}

function checkCall(row: CallRow): void {
  const names = row.args.map((_, i) => `a${i}`);
  const data: { [key: string]: GoValue } = Object.create(null) as { [key: string]: GoValue };
  row.args.forEach((arg, i) => (data[`a${i}`] = decodeTagged(arg)));
  let result: GoValue | undefined;
  const capture = new Map([
    ...functions,
    [
      'capture',
      fixed([param.any], ([value]) => {
        result = value;
        return '';
      }),
    ],
  ]);
  const set = new TemplateSet('test', new TemplateCache(capture));
  const template = set.add('test', `{{ capture (${row.func} ${names.map((name) => `.${name}`).join(' ')}) }}`);
  const execute = (): string => executeTemplate(set, template, { data, run: run() });
  if (row.error === true) {
    expect(execute).toThrow(TemplateFailure);
    return;
  }
  execute();
  if (row.expectLength !== undefined) expect(lengthOf(result ?? null)).toBe(row.expectLength);
  else expect(encodeJson(result ?? null)).toEqual(encodeJson(decodeTagged(row.expect)));
}

describeCorpus('sprig', 528, () => {
  runRows('templates', named(readCorpus<TemplateRow[]>('sprig', 'templates.json')), checkTemplate);
  runRows('calls', named(readCorpus<CallRow[]>('sprig', 'calls.json')), checkCall);
  runRows('properties', named(readCorpus<TemplateRow[]>('sprig', 'properties.json')), checkTemplate);
});
