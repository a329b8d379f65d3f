/**
 * The trees that a render reads, with their encrypted files in clear: what SOPS encrypted stays under its name, what git-secret hid appears under the name
 * it has in the mapping. Everything happens in memory and while it is read. Traces are told of the encrypted files: what is clear has no place in them.
 */
import { openSops, reveal } from '../../adapters/decrypt/index.ts';
import { type FileAnswer, type FileFound, fileFound, type ListAnswer, type Request, type TreeEntry } from '../../core/ask/index.ts';
import type { Problem } from '../../core/problem/index.ts';
import { attempt, type SecretsError } from '../../core/secrets/index.ts';
import { type HiddenFile, hiddenPath, mappingPath, readMapping } from '../../core/secrets/git-secret/index.ts';
import { clearTexts, formatOf, writePlain } from '../../core/secrets/sops/index.ts';
import type { GitError, KeyError } from '../../ports/index.ts';
import { answerDigest, type TraceEntry, type Tree } from '../../runtime/index.ts';
import { decodeUtf8, err, ok, type Result } from '../../std/index.ts';
import type { RenderError } from '../app/facts.ts';
import { fileTexts } from '../app/secret-texts.ts';
import type { NamedKeys, NamedRing } from './named-keys.ts';
import type { ClearContent, Plaintexts } from './plaintexts.ts';

const shortest = 6;

/** What the beginning of the metadata and an encrypted value look like, in every text format. */
const looksEncrypted = ({ text }: FileFound): boolean => text.includes('ENC[AES256_GCM,data:') && text.includes('sops');

/** What git-secret hides in one tree, by the path in clear. */
interface Hidden {
  readonly files: ReadonlyMap<string, HiddenFile>;
  readonly mapping: FileFound;
  /** Why the mapping cannot be read: whoever needs it is stopped. */
  readonly broken?: string;
}

/** What a read stands for in Git. */
type Reads = readonly { readonly path: string; readonly answer: FileAnswer }[];

export interface ClearSettings {
  /** `namespace/name` of the App. */
  readonly app: string;
  /** Absent: the App names no keys. */
  readonly keys?: NamedKeys;
  readonly plaintexts: Plaintexts;
  readonly secrets: Set<string>;
}

/** All trees of one render. */
export class ClearTrees {
  readonly problems: Problem[] = [];
  /** Files of the App's own source that are encrypted in Git, by the path they have in clear. */
  readonly encrypted = new Set<string>();
  /** Other files that were read: the contents that stand in clear in Git. */
  readonly plain = new Map<string, FileFound>();
  readonly #settings: ClearSettings;
  /** By the key of the file's or listing's request. */
  readonly #reads = new Map<string, Reads>();
  readonly #listed = new Map<string, ListAnswer>();

  readonly #without = new Set<string>();

  constructor(settings: ClearSettings) {
    this.#settings = settings;
  }

  /** The tree of a source by its name. `hides`: it is a repository that git-secret may hide files in. */
  tree(tree: Tree<GitError>, source: string, { hides }: { readonly hides: boolean }): Tree<RenderError> {
    const clear = new ClearTree(tree, this, source);
    return hides ? clear.withHidden() : clear;
  }

  /** The trace as Git has it. */
  trace(trace: readonly TraceEntry[]): readonly TraceEntry[] {
    const restored = this.#reads.size + this.#listed.size === 0 ? trace : trace.flatMap((entry) => this.#restored(entry));
    const misses = [...this.#without].map((source): TraceEntry => {
      const request: Request = { kind: 'file', source, path: mappingPath };
      return { request, digest: answerDigest(request, { found: 'nothing' }) };
    });
    return [...restored, ...misses];
  }

  /** A repository in which git-secret hides nothing yet. */
  without(source: string): void {
    this.#without.add(source);
  }

  #restored(entry: TraceEntry): readonly TraceEntry[] {
    const { request } = entry;
    if (request.kind === 'list' && this.#listed.has(listKey(request.source, request))) {
      const answer = this.#listed.get(listKey(request.source, request)) ?? null;
      return [{ ...entry, digest: answerDigest(request, answer) }];
    }
    const reads = request.kind === 'file' ? this.#reads.get(fileKey(request.source, request.path)) : undefined;
    if (reads === undefined || request.kind !== 'file') return [entry];
    return reads.map(({ path, answer }) => {
      const read: Request = { ...request, path };
      return { request: read, digest: answerDigest(read, answer) };
    });
  }

  reads(source: string, path: string, reads: Reads): void {
    this.#reads.set(fileKey(source, path), reads);
  }

  listed(source: string, list: { readonly path: string; readonly recursive: boolean }, answer: ListAnswer): void {
    this.#listed.set(listKey(source, list), answer);
  }

  /** The file in clear, or as it is with a problem that stops the App. */
  async open(source: string, path: string, file: FileFound): Promise<Result<FileAnswer, RenderError>> {
    if (!looksEncrypted(file)) {
      if (source === '') this.plain.set(path, file);
      return ok(file);
    }
    const ring = await this.#settings.keys?.ring();
    if (ring === undefined) return ok(file);
    if (!ring.ok) return ring;
    const content = await this.#content(`sops ${formatOf(path)} ${file.id}`, ring.value, () => openFile(path, file, ring.value));
    if ('code' in content) {
      if (content.code === 'Unavailable') return err({ code: 'DecryptKeyUnavailable', message: `${path}: ${content.message}` });
      if (content.code !== 'NotEncrypted') this.#problem(path, content.message);
      return ok(file);
    }
    return ok(this.#cleared({ source, path, file }, content));
  }

  /** What git-secret hid. A file that cannot be revealed is empty, with a problem that stops the App. */
  async reveal(source: string, hidden: HiddenFile, file: FileFound): Promise<Result<FileAnswer, RenderError>> {
    const ring = await this.#settings.keys?.ring();
    if (ring?.ok === false) return ring;
    const path = hiddenPath(hidden.path);
    if (ring === undefined) {
      this.#problem(path, 'git-secret hid it, and the App names no key', 'name the Secret with the PGP key in spec.decrypt.keys');
      return ok(fileFound(`${file.id}+hidden`, new Uint8Array()));
    }
    const content = await this.#content(`git-secret ${hidden.path} ${hidden.sha256} ${file.id}`, ring.value, async () => {
      const opened = await reveal(file.bytes, ring.value.ring, hidden);
      return opened.ok ? { bytes: opened.value, secrets: fileTexts(decodeUtf8(opened.value)) } : opened.error;
    });
    if (!('code' in content)) return ok(this.#cleared({ source, path: hidden.path, file }, content));
    this.#problem(path, content.message);
    return ok(fileFound(`${file.id}+hidden`, new Uint8Array()));
  }

  refuse(file: string, message: string): void {
    this.#problem(file, message);
  }

  #content(what: string, { id }: NamedRing, open: () => Promise<Opened>): Promise<Opened> {
    return this.#settings.plaintexts.content<OpenError>(`${what} ${id}`, open);
  }

  #cleared(
    { source, path, file }: { readonly source: string; readonly path: string; readonly file: FileFound },
    { bytes, secrets }: ClearContent,
  ): FileFound {
    for (const text of secrets) this.#settings.secrets.add(text);
    if (source === '') this.encrypted.add(path);
    // Its id is not that of the encrypted one: caches by id never mix the two, nor what two Apps may see.
    return fileFound(`${file.id}+clear:${this.#settings.app}`, bytes);
  }

  #problem(file: string, message: string, hint?: string): void {
    if (this.problems.some((known) => known.file === file && known.message === message)) return;
    this.problems.push({ code: 'DecryptFailed', file, message, ...(hint === undefined ? {} : { hint }) });
  }
}

type OpenError = SecretsError | KeyError;
type Opened = ClearContent | OpenError;

async function openFile(path: string, file: FileFound, { ring }: NamedRing): Promise<Opened> {
  const format = formatOf(path);
  const opened = await openSops(file.bytes, ring, { format });
  if (!opened.ok) return opened.error;
  const { branches, file: source } = opened.value;
  const bytes = attempt(() => writePlain(branches, format));
  if (!bytes.ok) return bytes.error;
  const texts = clearTexts(source.branches, branches).flatMap((text) => [text, text.trim()]);
  return { bytes: bytes.value, secrets: [...new Set(texts)].filter((text) => text.length >= shortest) };
}

const fileKey = (source: string, path: string): string => `${source}\0${path}`;
const listKey = (source: string, { path, recursive }: { readonly path: string; readonly recursive: boolean }): string =>
  `${source}\0${path}\0${String(recursive)}`;

/** What the names of hidden files end with. */
const suffix = hiddenPath('');

/** One tree. */
class ClearTree implements Tree<RenderError> {
  readonly #tree: Tree<GitError>;
  readonly #all: ClearTrees;
  readonly #source: string;
  #hides = false;
  #hidden: Promise<Result<Hidden | undefined, GitError>> | undefined;

  constructor(tree: Tree<GitError>, all: ClearTrees, source: string) {
    this.#tree = tree;
    this.#all = all;
    this.#source = source;
  }

  withHidden(): this {
    this.#hides = true;
    return this;
  }

  async list(path: string, options: { readonly recursive: boolean }): Promise<Result<ListAnswer, RenderError>> {
    const hidden = await this.#mapping();
    if (!hidden.ok) return hidden;
    const listed = await this.#tree.list(path, options);
    if (!listed.ok || listed.value === null || hidden.value === undefined) return listed;
    const { broken } = hidden.value;
    if (broken !== undefined && listed.value.entries.some((entry) => entry.path.endsWith(suffix))) this.#all.refuse(mappingPath, broken);
    const entries = withRevealed(listed.value.entries, path, hidden.value);
    if (entries === listed.value.entries) return listed;
    this.#all.listed(this.#source, { path, ...options }, listed.value);
    return ok({ id: `${listed.value.id}+clear`, entries });
  }

  async readMany(paths: readonly string[]): Promise<Result<readonly FileAnswer[], RenderError>> {
    const hidden = await this.#mapping();
    if (!hidden.ok) return hidden;
    const found = hidden.value;
    const secret = found === undefined ? [] : paths.map(hiddenPath);
    const answers = await this.#tree.readMany([...paths, ...secret]);
    if (!answers.ok) return answers;
    const clear: FileAnswer[] = [];
    for (const [i, path] of paths.entries()) {
      const answer = answers.value[i] ?? { found: 'nothing' };
      const beside = answers.value[paths.length + i] ?? { found: 'nothing' };
      const opened = await this.#one(path, { answer, beside, hidden: found });
      if (!opened.ok) return opened;
      clear.push(opened.value);
    }
    return ok(clear);
  }

  async #one(
    path: string,
    { answer, beside, hidden }: { readonly answer: FileAnswer; readonly beside: FileAnswer; readonly hidden: Hidden | undefined },
  ): Promise<Result<FileAnswer, RenderError>> {
    const entry = hidden?.files.get(path);
    const own = { path, answer };
    if (hidden?.broken !== undefined && beside.found === 'file') this.#all.refuse(mappingPath, hidden.broken);
    if (hidden !== undefined && (entry !== undefined || answer.found === 'nothing')) {
      // A file that is missing may be hidden by the next commit: that would come with its encrypted file.
      const from = beside.found === 'nothing' ? [] : [{ path: mappingPath, answer: hidden.mapping }];
      this.#all.reads(this.#source, path, [own, { path: hiddenPath(path), answer: beside }, ...from]);
    }
    if (entry !== undefined && beside.found === 'file') return this.#all.reveal(this.#source, entry, beside);
    if (entry !== undefined && answer.found === 'nothing')
      this.#all.refuse(hiddenPath(path), `${mappingPath} names it, and the repository has no such file`);
    if (answer.found !== 'file') return ok(answer);
    const opened = await this.#all.open(this.#source, path, answer);
    if (opened.ok && opened.value !== answer && entry === undefined) this.#all.reads(this.#source, path, [own]);
    return opened;
  }

  #mapping(): Promise<Result<Hidden | undefined, GitError>> {
    this.#hidden ??= this.#hides ? this.#readMapping() : Promise.resolve(ok(undefined));
    return this.#hidden;
  }

  async #readMapping(): Promise<Result<Hidden | undefined, GitError>> {
    const answers = await this.#tree.readMany([mappingPath]);
    if (!answers.ok) return answers;
    const [mapping] = answers.value;
    if (mapping?.found !== 'file') {
      this.#all.without(this.#source);
      return ok(undefined);
    }
    const read = attempt(() => readMapping(mapping.text));
    if (read.ok) return ok({ mapping, files: new Map(read.value.map((file) => [file.path, file])) });
    return ok({ mapping, files: new Map(), broken: read.error.message });
  }
}

/** The listing with the files in clear beside their encrypted ones; the same entries when nothing is hidden below. */
function withRevealed(entries: readonly TreeEntry[], folder: string, { files }: Hidden): readonly TreeEntry[] {
  const known = new Set(entries.map(({ path }) => path));
  const full = (path: string): string => (folder === '' ? path : `${folder}/${path}`);
  const added = entries.flatMap((entry): TreeEntry[] => {
    const path = entry.path.endsWith(suffix) ? entry.path.slice(0, -suffix.length) : '';
    if (path === '' || entry.type !== 'file' || known.has(path) || !files.has(full(path))) return [];
    return [{ path, type: 'file', id: `${entry.id}+clear` }];
  });
  if (added.length === 0) return entries;
  return [...entries, ...added].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
