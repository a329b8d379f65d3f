/** Values of a chart from everywhere a spec names: files of the source, ConfigMaps, Secrets, files of other Sources or of the web, the spec itself; later ones win. */
import type { Ask } from '../../core/ask/index.ts';
import { type Chart, mergeOptions } from '../../core/chart/index.ts';
import { getKey, isObject } from '../../core/object/index.ts';
import { digestOf } from '../../core/plan/digest/index.ts';
import type { Problem } from '../../core/problem/index.ts';
import { cleanPath, compilePatterns, matchesPatterns } from '../../core/tree/index.ts';
import { decodeUtf8, type Result, err, ok } from '../../std/index.ts';
import type { BuildInput } from './build.ts';
import type { HelmSpec } from './helm.ts';

type Values = Extract<ReturnType<typeof mergeOptions>, { ok: true }>['value'];
type Origin = NonNullable<HelmSpec['valuesFrom']>[number];

export interface HelmValues {
  readonly values: Values;
  /** Of everything they were made from. */
  readonly digest: string;
}

/** One step of the merge: a YAML text, or a text for one path. */
interface Piece {
  readonly name: string;
  readonly text: string;
  readonly targetPath?: string;
  readonly literal?: boolean;
}

export function helmValues(
  ask: Ask,
  { input, chart }: { readonly input: BuildInput; readonly chart: Chart },
): Result<HelmValues, readonly Problem[]> {
  const spec: Partial<HelmSpec> = input.build.helm ?? {};
  const problems: Problem[] = [];
  const pieces: Piece[] = [];
  const collect = (found: Result<readonly Piece[], Problem>): void => {
    if (found.ok) pieces.push(...found.value);
    else problems.push(found.error);
  };
  for (const [index, file] of (spec.valueFiles ?? []).entries()) collect(valueFiles(ask, { file, index, input, chart }));
  for (const [index, origin] of (spec.valuesFrom ?? []).entries()) collect(valuesFrom(ask, { origin, index, input }));
  if (spec.values !== undefined) pieces.push({ name: 'spec.build.helm.values', text: JSON.stringify(spec.values, bigintsAsNumbers) });
  if (problems.length > 0) return err(problems);
  return merge(pieces);
}

/** JSON.stringify refuses bigints; YAML takes their digits. */
const bigintsAsNumbers = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

function merge(pieces: readonly Piece[]): Result<HelmValues, readonly Problem[]> {
  let values: Values | undefined;
  for (const piece of pieces) {
    const { name, text, targetPath, literal } = piece;
    const options =
      targetPath === undefined
        ? { files: [{ name, text }] }
        : literal === true
          ? { setLiteral: [`${targetPath}=${text}`] }
          : { set: [`${targetPath}=${singleValue(text)}`] };
    const merged = mergeOptions({ ...options, ...(values === undefined ? {} : { base: values }) });
    if (!merged.ok) return err([{ code: 'RenderFailed', file: name, message: merged.error }]);
    values = merged.value;
  }
  if (values === undefined) {
    const none = mergeOptions({});
    if (!none.ok) return err([{ code: 'RenderFailed', message: none.error }]);
    values = none.value;
  }
  return ok({ values, digest: digestOf(pieces.map(({ text, targetPath, literal }) => [text, targetPath ?? '', literal === true])) });
}

/** A comma outside of a list would begin another key. */
const singleValue = (text: string): string => (text.startsWith('{') ? text : text.replaceAll(/[\\,]/g, (character) => `\\${character}`));

const field = (list: 'valueFiles' | 'valuesFrom', index: number): string => `spec.build.helm.${list}[${index}]`;

interface FileRequest {
  readonly file: string;
  readonly index: number;
  readonly input: BuildInput;
  readonly chart: Chart;
}

/** Files of the source, one or by pattern; for a chart of a repository, files of the chart. */
function valueFiles(ask: Ask, request: FileRequest): Result<readonly Piece[], Problem> {
  const { file, index, input, chart } = request;
  const missing = err({
    code: 'ValuesNotFound',
    field: field('valueFiles', index),
    message: `there is no file ${file}`,
    hint: input.chart === undefined ? "paths are relative to the source's root" : 'paths are relative to the root of the chart',
  });
  const path = cleanPath(file);
  if (path === undefined)
    return err({ code: 'PathEscapes', field: field('valueFiles', index), message: `${file} leads out of the source` });
  if (input.chart !== undefined) {
    const found = chart.files.filter(({ name }) => name === path || (isPattern(path) && matches(path, name)));
    return found.length === 0 ? missing : ok(found.map(({ name, text }) => ({ name, text })));
  }
  if (!isPattern(path)) {
    const found = ask({ kind: 'file', source: '', path });
    return found.found === 'file' ? ok([{ name: path, text: found.text }]) : missing;
  }
  const folder = path.slice(0, path.search(/[*?[]/)).replace(/\/?[^/]*$/, '');
  const listed = ask({ kind: 'list', source: '', path: folder, recursive: true });
  const names = (listed?.entries ?? [])
    .filter(({ type }) => type !== 'directory')
    .map((entry) => (folder === '' ? entry.path : `${folder}/${entry.path}`))
    .filter((name) => matches(path, name));
  const answers = names.map((name) => ({ name, found: ask({ kind: 'file', source: '', path: name }) }));
  return ok(answers.flatMap(({ name, found }) => (found.found === 'file' ? [{ name, text: found.text }] : [])));
}

const isPattern = (path: string): boolean => /[*?[]/.test(path);

const matches = (pattern: string, path: string): boolean => matchesPatterns(compilePatterns(`/${pattern}`), path, 'file');

interface OriginRequest {
  readonly origin: Origin;
  readonly index: number;
  readonly input: BuildInput;
}

function valuesFrom(ask: Ask, { origin, index, input }: OriginRequest): Result<readonly Piece[], Problem> {
  const at = field('valuesFrom', index);
  const found = findOrigin(ask, { origin, index, input });
  if (found.refused !== undefined) return err({ code: 'RenderFailed', field: `${at}.url`, message: found.refused });
  if (found.text === undefined) {
    if (origin.optional === true) return ok([]);
    return err({ code: 'ValuesNotFound', field: at, message: found.missing });
  }
  const { targetPath, literal } = origin;
  const piece = { name: `${at} (${found.name})`, text: found.text };
  return ok([{ ...piece, ...(targetPath === undefined ? {} : { targetPath }), ...(literal === undefined ? {} : { literal }) }]);
}

interface Found {
  readonly name: string;
  readonly text: string | undefined;
  readonly missing: string;
  /** Why nobody looked whether it is there: `optional` does not help. */
  readonly refused?: string;
}

function findOrigin(ask: Ask, { origin, input }: OriginRequest): Found {
  if (origin.url !== undefined) return fromUrl(ask, origin.url);
  return origin.source === undefined ? fromObject(ask, { origin, input }) : fromSource(ask, origin.source);
}

function fromUrl(ask: Ask, url: string): Found {
  const answer = ask({ kind: 'webFile', url });
  if ('refused' in answer) return { name: url, text: undefined, missing: '', refused: `${url} is not fetched: ${answer.refused}` };
  if ('notFile' in answer) return { name: url, text: undefined, missing: `${url} is no file: ${answer.notFile}` };
  const found = ask({ kind: 'file', ...answer });
  return { name: url, text: found.found === 'file' ? found.text : undefined, missing: `${url} cannot be read` };
}

function fromSource(ask: Ask, { name = '', path }: NonNullable<Origin['source']>): Found {
  const clean = cleanPath(path);
  const where = name === '' ? path : `${path} of Source ${name}`;
  const missing = `there is no file ${where}`;
  if (clean === undefined) return { name: where, text: undefined, missing: `${path} leads out of the source` };
  const found = ask({ kind: 'file', source: name, path: clean });
  return { name: where, text: found.found === 'file' ? found.text : undefined, missing };
}

function fromObject(ask: Ask, { origin, input }: { readonly origin: Origin; readonly input: BuildInput }): Found {
  const kindName = origin.secret === undefined ? 'ConfigMap' : 'Secret';
  const object = origin.secret ?? origin.configMap ?? '';
  const key = origin.key ?? 'values.yaml';
  const name = `${kindName} ${object}, ${key}`;
  const answer = ask({ kind: 'lookup', apiVersion: 'v1', kindName, namespace: input.home, name: object });
  if (answer === null || Array.isArray(answer))
    return { name, text: undefined, missing: `there is no ${kindName} ${object} in namespace ${input.home}` };
  const text = entryOf(answer as unknown as { readonly data?: unknown; readonly binaryData?: unknown }, kindName, key);
  return { name, text, missing: `${kindName} ${object} has no entry ${key}` };
}

function entryOf(
  object: { readonly data?: unknown; readonly binaryData?: unknown },
  kind: 'ConfigMap' | 'Secret',
  key: string,
): string | undefined {
  const read = (part: unknown): string | undefined => {
    const value = isObject(part as never) ? getKey(part as never, key) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const plain = read(object.data);
  if (kind === 'ConfigMap' && plain !== undefined) return plain;
  const encoded = kind === 'Secret' ? plain : read(object.binaryData);
  return encoded === undefined ? undefined : decodeUtf8(Buffer.from(encoded, 'base64'));
}
