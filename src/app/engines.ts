/** Runs an engine of the core on a folder of this machine: files, time, randomness and keys are the machine's own. */
import { type DirectoryTree, openDirectory, type FilesError } from '../adapters/files/index.ts';
import { generatePrivateKey, seededBy, systemRandom } from '../adapters/system/index.ts';
import type { Ask, AtHand, LookupAnswer, Request } from '../core/ask/index.ts';
import { answer, composeAnswerer } from '../runtime/index.ts';
import type { GitError } from '../ports/index.ts';
import type { Result } from '../std/index.ts';
import type { RemoteReader } from './remotes.ts';

export interface FolderOptions {
  /** What the engine names by URL, such as remote bases; absent: nothing is fetched. */
  readonly remotes?: RemoteReader;
  /** Objects of a cluster; absent: none is asked, and there are none. */
  readonly lookup?: (request: LookupRequest) => Promise<Result<LookupAnswer, GitError>>;
  /** Makes randomness repeatable: the same text and the same render draw the same. Absent: the machine's own randomness. */
  readonly seed?: string;
  /** Milliseconds since the epoch. Absent: now. */
  readonly now?: number;
}

type LookupRequest = Extract<Request, { kind: 'lookup' }>;

type FolderError = FilesError | GitError;

/** Runs `engine` on what it already has: whatever file it asks for is not there. */
export async function runOnNothing<T, E = never>(
  engine: (ask: Ask) => Result<T, E>,
  { lookup, seed, now = Date.now() }: Pick<FolderOptions, 'lookup' | 'seed' | 'now'> = {},
): Promise<Result<T, E | FolderError>> {
  const answered = await answer(
    engine,
    composeAnswerer<FolderError>({ tree: () => undefined, now, ...drawing(seed), ...(lookup === undefined ? {} : { lookup }) }),
  );
  return answered.ok ? answered.value.value : answered;
}

/** Where randomness comes from: the text, or this machine. */
function drawing(seed: string | undefined): ReturnType<typeof seededBy> {
  if (seed !== undefined) return seededBy(new TextEncoder().encode(seed), '');
  const random = systemRandom();
  return {
    randomBytes: ({ length }) => random.bytes(length),
    privateKey: ({ algorithm, bits }) => generatePrivateKey(algorithm, bits),
  };
}

/** Runs `engine` over the folder `root`, which is the source with the empty name. Nothing outside it is read. */
export async function runOnFolder<T>(
  root: string,
  engine: (ask: Ask) => T,
  { remotes, lookup, seed, now = Date.now() }: FolderOptions = {},
): Promise<Result<T, FolderError>> {
  const tree = openDirectory(root);
  const drawn = drawing(seed);
  const answerer = composeAnswerer<FolderError>({
    tree: (source) => (source === '' ? tree : remotes?.tree(source)),
    now,
    ...drawn,
    ...(lookup === undefined ? {} : { lookup }),
    ...(remotes === undefined
      ? {}
      : {
          webFile: (request) => remotes.webFile(request),
          gitDirectory: (request) => remotes.gitDirectory(request),
          repositoryChart: (request) => remotes.repositoryChart(request),
        }),
  });
  const answered = await answer(engine, answerer, { atHand: hereAtOnce(tree, now, drawn) });
  return answered.ok ? { ok: true, value: answered.value.value } : answered;
}

/** The folder's own files, the time and random bytes are there without waiting, so that most engines run once. */
function hereAtOnce(tree: DirectoryTree, now: number, { randomBytes }: Pick<ReturnType<typeof drawing>, 'randomBytes'>): AtHand {
  return (request) => {
    switch (request.kind) {
      case 'file':
        return request.source === '' ? tree.readNow(request.path) : undefined;
      case 'list':
        return request.source === '' ? tree.listNow(request.path, request) : undefined;
      case 'now':
        return now;
      case 'randomBytes':
        return randomBytes(request);
      default:
        return undefined;
    }
  };
}
