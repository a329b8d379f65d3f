/**
 * Fetches what is allowed, once for everybody, and keeps the answer until it is old. A commit never gets old; a branch, a tag, a file or a range does, and
 * is looked at again by `refresh`. While the other side is away the last answer stands (S17).
 */
import { createHash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { type FileAnswer, fileFound, type ListAnswer, type RemoteAnswer, type Request, type WebFileAnswer } from '../../core/ask/index.ts';
import type { Charts, Clock, GitAuth, GitError, GitMirror, GitMirrors, GitRevision, WebFiles } from '../../ports/index.ts';
import type { Tree } from '../../runtime/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { ArtifactTree } from '../source/artifact-tree.ts';

type RequestOf<K extends Request['kind']> = Extract<Request, { kind: K }>;

export type RemoteRequest = RequestOf<'webFile'> | RequestOf<'gitDirectory'> | RequestOf<'repositoryChart'>;

export const isRemote = (request: Request): request is RemoteRequest =>
  request.kind === 'webFile' || request.kind === 'gitDirectory' || request.kind === 'repositoryChart';

const fullCommit = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** Whether the answer can never be another one. */
export const isPinned = (request: RemoteRequest): boolean => request.kind === 'gitDirectory' && fullCommit.test(request.ref);

export interface RemotePorts {
  readonly mirrors: GitMirrors;
  readonly charts: Charts;
  readonly web: WebFiles;
  readonly clock: Clock;
}

/** Says whether `url` may be fetched, and with which credentials; the text is a refusal for a person. */
export type RemoteAccess = (url: string) => Promise<Result<{ readonly auth?: GitAuth } | { readonly refused: string }, GitError>>;

type Answer = WebFileAnswer;
type Fetched = Result<{ readonly answer: Answer; readonly tree?: Tree<GitError> }, GitError>;

/** What looking again gave. */
export interface Refreshed {
  /** The answer is, or may be, another one now. */
  readonly moved: boolean;
  /** Why nothing could be had: the last answer stands meanwhile. */
  readonly away?: string;
}

interface Known {
  readonly answer: Answer;
  /** When it was last of use, on the monotonic clock. */
  usedAt: number;
}

/** Answers beyond this many are dropped when nobody has asked for them for a while. */
const mostKnown = 1000;
const unused = 600_000;

export class Remotes {
  readonly #ports: RemotePorts;
  readonly #access: RemoteAccess;
  readonly #known = new Map<string, Known>();
  readonly #running = new Map<string, Promise<Fetched>>();
  readonly #trees = new Map<string, Tree<GitError>>();

  constructor(ports: RemotePorts, access: RemoteAccess) {
    this.#ports = ports;
    this.#access = access;
  }

  /** The answer an engine gets. Refusals are asked for anew each time: what the platform allows may have changed. */
  async webFile(request: RequestOf<'webFile'>): Promise<Result<WebFileAnswer, GitError>> {
    return this.#answer(request);
  }

  async gitDirectory(request: RequestOf<'gitDirectory'>): Promise<Result<RemoteAnswer, GitError>> {
    return asRemote(await this.#answer(request));
  }

  async repositoryChart(request: RequestOf<'repositoryChart'>): Promise<Result<RemoteAnswer, GitError>> {
    return asRemote(await this.#answer(request));
  }

  /** The tree an answer named; undefined for every other name. */
  tree(source: string): Tree<GitError> | undefined {
    return this.#trees.get(source);
  }

  /** Looks again at something that was answered before. */
  async refresh(request: RemoteRequest): Promise<Refreshed> {
    const before = this.#known.get(keyOf(request));
    if (before !== undefined && isPinned(request)) return { moved: false };
    const access = await this.#access(addressOf(request));
    if (!access.ok) return { moved: false, away: access.error.message };
    // A refusal may have ended: whoever reads it asks anew.
    if ('refused' in access.value) return { moved: true };
    const fetched = await this.#fetch(request, access.value.auth);
    if (!fetched.ok) return { moved: false, away: fetched.error.message };
    return { moved: contentOf(before?.answer) !== contentOf(fetched.value.answer) };
  }

  async #answer(request: RemoteRequest): Promise<Result<Answer, GitError>> {
    const access = await this.#access(addressOf(request));
    if (!access.ok) return access;
    if ('refused' in access.value) return ok(access.value);
    const known = this.#known.get(keyOf(request));
    if (known !== undefined) {
      known.usedAt = this.#ports.clock.monotonic();
      return ok(known.answer);
    }
    const fetched = await this.#fetch(request, access.value.auth);
    return fetched.ok ? ok(fetched.value.answer) : fetched;
  }

  /** Whoever asks for the same at the same time shares one fetch. */
  async #fetch(request: RemoteRequest, auth: GitAuth | undefined): Promise<Fetched> {
    const key = keyOf(request);
    const running = this.#running.get(key) ?? this.#fetchNow(request, auth).finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    const fetched = asAnswer(await running);
    if (fetched.ok && !('refused' in fetched.value.answer && isPinned(request))) this.#keep(key, fetched.value);
    return fetched;
  }

  #fetchNow(request: RemoteRequest, auth: GitAuth | undefined): Promise<Fetched> {
    if (request.kind === 'webFile') return fetchFile(this.#ports.web, request, auth);
    if (request.kind === 'repositoryChart') return fetchChart(this.#ports.charts, request, auth);
    return fetchDirectory(this.#ports.mirrors, request, auth);
  }

  #keep(key: string, { answer, tree }: { readonly answer: Answer; readonly tree?: Tree<GitError> }): void {
    const now = this.#ports.clock.monotonic();
    this.#known.set(key, { answer, usedAt: now });
    if (tree !== undefined && 'source' in answer) this.#trees.set(answer.source, tree);
    if (this.#known.size > mostKnown) this.#dropUnused(now);
  }

  #dropUnused(now: number): void {
    for (const [key, { usedAt }] of this.#known) if (now - usedAt > unused) this.#known.delete(key);
    const named = new Set([...this.#known.values()].flatMap(({ answer }) => ('source' in answer ? [answer.source] : [])));
    for (const source of this.#trees.keys()) if (!named.has(source)) this.#trees.delete(source);
  }
}

/** Nothing there by that name: the engine may know another meaning of it, and says it best. What may pass by itself stays an error. */
const lasting: ReadonlySet<GitError['code']> = new Set(['InvalidURL', 'RepositoryNotFound', 'RefNotFound', 'EmptyRepository', 'TooLarge']);

const asAnswer = (fetched: Fetched): Fetched =>
  fetched.ok || !lasting.has(fetched.error.code) ? fetched : ok({ answer: { refused: fetched.error.message } });

const keyOf = (request: RemoteRequest): string => JSON.stringify(request);

const contentOf = (answer: Answer | undefined): string => JSON.stringify(answer ?? null);

/** What rules are asked about: a file, a repository, a chart of a repository. Names of trees begin with it, up to a `#`. */
export function addressOf(request: RemoteRequest): string {
  if (request.kind === 'webFile') return request.url;
  return request.kind === 'gitDirectory' ? request.repository : `${request.repository.replace(/\/+$/, '')}/${request.chart}`;
}

function asRemote(result: Result<Answer, GitError>): Result<RemoteAnswer, GitError> {
  if (!result.ok) return result;
  return 'notFile' in result.value ? ok({ refused: result.value.notFile }) : ok(result.value);
}

async function fetchFile(web: WebFiles, { url }: RequestOf<'webFile'>, auth: GitAuth | undefined): Promise<Fetched> {
  const read = await web.read(url, auth);
  if (!read.ok) return err({ code: read.error.code, message: `${url}: ${read.error.message}` });
  const { status, mediaType, bytes } = read.value;
  if (status === 401 || status === 403) return err({ code: 'AuthenticationFailed', message: `${url}: the server answers ${status}` });
  if (status === 429 || status >= 500) return err({ code: 'Unreachable', message: `${url}: the server answers ${status}` });
  if (status < 200 || status > 299) return ok({ answer: { notFile: `status code ${status} (${STATUS_CODES[status] ?? ''})` } });
  // Pages of repository hosts are for people; the address means the repository then.
  if (mediaType === 'text/html') return ok({ answer: { notFile: 'it is a web page (text/html)' } });
  const id = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return ok({ answer: { source: `${url}#${id}`, path: 'file' }, tree: fileTree(id, bytes) });
}

/** A tree of one file, named `file`. */
function fileTree(id: string, bytes: Uint8Array): Tree<GitError> {
  const file: FileAnswer = fileFound(id, bytes);
  return {
    readMany: (paths) => Promise.resolve(ok(paths.map((path): FileAnswer => (path === 'file' ? file : { found: 'nothing' })))),
    list: (path) => Promise.resolve(ok<ListAnswer>(path === '' ? { id, entries: [{ path: 'file', type: 'file', id }] } : null)),
  };
}

async function fetchDirectory(
  mirrors: GitMirrors,
  { repository, ref, path }: RequestOf<'gitDirectory'>,
  auth: GitAuth | undefined,
): Promise<Fetched> {
  const mirror = await mirrors.open({ url: repository, ...(auth === undefined ? {} : { auth }) });
  if (!mirror.ok) return mirror;
  const revision = await resolveRef(mirror.value, ref);
  if (!revision.ok) return revision;
  const { commit } = revision.value;
  const { value } = mirror;
  const tree: Tree<GitError> = {
    readMany: (paths) => value.readMany(commit, paths),
    list: (listed, options) => value.list(commit, listed, options),
  };
  return ok({ answer: { source: `${repository}#${commit}`, path }, tree });
}

/** As `git fetch origin REF` finds it: a tag before a branch; then a commit. */
async function resolveRef(mirror: GitMirror, ref: string): Promise<Result<GitRevision, GitError>> {
  if (ref === '') return mirror.fetch({});
  if (fullCommit.test(ref)) return mirror.fetch({ commit: ref });
  const name = ref.replace(/^refs\/(?:tags|heads)\//, '');
  for (const one of [{ tag: name }, { branch: name }]) {
    const found = await mirror.fetch(one);
    if (found.ok || found.error.code !== 'RefNotFound') return found;
  }
  if (/^[0-9a-f]{7,}$/.test(ref)) return mirror.fetch({ commit: ref });
  return err({ code: 'RefNotFound', message: `there is neither a tag nor a branch ${JSON.stringify(ref)}` });
}

async function fetchChart(charts: Charts, request: RequestOf<'repositoryChart'>, auth: GitAuth | undefined): Promise<Fetched> {
  const { repository, chart, version } = request;
  const oci = repository.startsWith('oci://');
  const base = repository.replace(/\/+$/, '');
  const found = await charts.find(
    { url: oci ? `${base}/${chart}` : base, ...(auth === undefined ? {} : { auth }) },
    { chart, ...(version === '' ? {} : { version }) },
  );
  if (!found.ok) return err(chartError(found.error));
  const { digest } = found.value;
  const archive = new ArtifactTree(charts);
  const revision = digest.slice('sha256:'.length);
  const tree: Tree<GitError> = {
    readMany: (paths) => archive.readMany(revision, paths),
    list: (path, options) => archive.list(revision, path, options),
  };
  return ok({ answer: { source: `${addressOf(request)}#${digest}`, path: chart }, tree });
}

const gitCodes: ReadonlySet<string> = new Set([
  'InvalidURL',
  'Unreachable',
  'CertificateInvalid',
  'AuthenticationFailed',
  'RepositoryNotFound',
  'TooLarge',
  'Timeout',
]);

const chartError = ({ code, message }: { readonly code: string; readonly message: string }): GitError => ({
  code: gitCodes.has(code) ? (code as GitError['code']) : code === 'Corrupt' ? 'Corrupt' : 'RefNotFound',
  message,
});
