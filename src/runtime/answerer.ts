/** Puts an answerer together from the parts that know each kind of fact, so that engines can be run over any mixture of sources. */
import type {
  CapabilitiesAnswer,
  FileAnswer,
  ListAnswer,
  LookupAnswer,
  ReleaseAnswer,
  RemoteAnswer,
  Request,
  WebFileAnswer,
} from '../core/ask/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import type { Answer, Answerer } from './ask.ts';

/** One immutable tree of files: a revision of a Git mirror, a directory, an unpacked archive. */
export interface Tree<E> {
  /** Answers in the order of `paths`. */
  readMany(paths: readonly string[]): Promise<Result<readonly FileAnswer[], E>>;
  list(path: string, options: { readonly recursive: boolean }): Promise<Result<ListAnswer, E>>;
}

type RequestOf<K extends Request['kind']> = Extract<Request, { kind: K }>;

/** What can be asked for. A part that is absent answers as if there were nothing. */
export interface AnswerParts<E> {
  /** The tree of a source by its name (the empty name is the App's own); undefined when there is no such source. */
  readonly tree: (source: string) => Tree<E> | undefined;
  /** One moment for the whole render. */
  readonly now?: number;
  readonly lookup?: (request: RequestOf<'lookup'>) => Promise<Result<LookupAnswer, E>>;
  readonly capabilities?: () => Promise<Result<CapabilitiesAnswer, E>>;
  readonly release?: ReleaseAnswer;
  readonly randomBytes?: (request: RequestOf<'randomBytes'>) => Uint8Array;
  readonly privateKey?: (request: RequestOf<'privateKey'>) => Promise<string>;
  readonly webFile?: (request: RequestOf<'webFile'>) => Promise<Result<WebFileAnswer, E>>;
  readonly gitDirectory?: (request: RequestOf<'gitDirectory'>) => Promise<Result<RemoteAnswer, E>>;
  readonly repositoryChart?: (request: RequestOf<'repositoryChart'>) => Promise<Result<RemoteAnswer, E>>;
}

/** Files of one round are read together, per source; everything else runs at the same time. */
export function composeAnswerer<E>(parts: AnswerParts<E>): Answerer<E> {
  return { answer: (requests) => answerRound(parts, requests) };
}

async function answerRound<E>(parts: AnswerParts<E>, requests: readonly Request[]): Promise<Result<readonly Answer[], E>> {
  const answers = Array.from<Answer>({ length: requests.length }).fill(null);
  const files = new Map<string, { path: string; index: number }[]>();
  const running: Promise<E | undefined>[] = [];
  for (const [index, request] of requests.entries()) {
    if (request.kind !== 'file') {
      running.push(answerOne(parts, request).then((result) => settle(result, (value) => (answers[index] = value))));
      continue;
    }
    const batch = files.get(request.source);
    if (batch === undefined) files.set(request.source, [{ path: request.path, index }]);
    else batch.push({ path: request.path, index });
  }
  for (const [source, batch] of files) {
    const read = readFiles(parts, source, batch);
    running.push(read.then((result) => settle(result, (found) => batch.forEach((item, at) => (answers[item.index] = found[at] ?? null)))));
  }
  const failed = (await Promise.all(running)).find((error) => error !== undefined);
  return failed === undefined ? ok(answers) : err(failed);
}

function settle<T, E>(result: Result<T, E>, keep: (value: T) => void): E | undefined {
  if (!result.ok) return result.error;
  keep(result.value);
  return undefined;
}

async function readFiles<E>(
  parts: AnswerParts<E>,
  source: string,
  batch: readonly { path: string }[],
): Promise<Result<readonly FileAnswer[], E>> {
  const tree = parts.tree(source);
  if (tree === undefined) return ok(batch.map(() => ({ found: 'nothing' as const })));
  return tree.readMany(batch.map((item) => item.path));
}

const NOTHING_REMOTE = Object.freeze({ refused: 'nothing is fetched here' });

async function answerOne<E>(parts: AnswerParts<E>, request: Exclude<Request, { kind: 'file' }>): Promise<Result<Answer, E>> {
  switch (request.kind) {
    case 'list':
      return (await parts.tree(request.source)?.list(request.path, { recursive: request.recursive })) ?? ok(null);
    case 'lookup':
      return (await parts.lookup?.(request)) ?? ok(null);
    case 'capabilities':
      return (await parts.capabilities?.()) ?? ok(null);
    case 'now':
      return ok(parts.now ?? 0);
    case 'release':
      return ok(parts.release ?? null);
    case 'randomBytes':
      return ok(parts.randomBytes?.(request) ?? new Uint8Array(request.length));
    case 'privateKey':
      return ok((await parts.privateKey?.(request)) ?? '');
    case 'webFile':
      return (await parts.webFile?.(request)) ?? ok(NOTHING_REMOTE);
    case 'gitDirectory':
      return (await parts.gitDirectory?.(request)) ?? ok(NOTHING_REMOTE);
    case 'repositoryChart':
      return (await parts.repositoryChart?.(request)) ?? ok(NOTHING_REMOTE);
  }
}
