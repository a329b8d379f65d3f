/**
 * Files of one kustomization: which it may read, and the directories it may build on. Paths are those of the source, shown as if its root were `/`.
 * Source: api/internal/loader, kyaml/filesys.
 */
import { escapeUtf8 } from '../../../std/index.ts';
import type { Ask, FileAnswer } from '../../ask/index.ts';
import { cleanPath, joinPath } from '../../go/path/index.ts';
import { KustomizeError } from '../problem.ts';
import { type RepoUrl, isCertainlyRepo, parseRepoUrl } from './repo-url.ts';

export interface LoadRules {
  readonly ask: Ask;
  /** `rootOnly`: files must lie below the directory of the kustomization that names them. */
  readonly restrictions: 'rootOnly' | 'none';
}

/** An absolute directory of a source: `/` or `/a/b`. */
interface Root {
  readonly source: string;
  readonly dir: string;
}

export interface LoadedFile {
  readonly bytes: Uint8Array;
  /** "Escaped" (std/utf8). */
  readonly text: string;
}

const isWithin = (dir: string, root: string): boolean => root === '/' || dir === root || dir.startsWith(`${root}/`);

const isUrl = (path: string): boolean => /^https?:/i.test(path) && !/[\s\0]/.test(path);

const hasAmbiguousPart = (path: string): boolean =>
  path.split('/').some((part) => part !== '' && part !== '.' && part !== '..' && part.includes('..'));

const isFile = (answer: FileAnswer): answer is Extract<FileAnswer, { found: 'file' }> => answer.found === 'file';

/** What is built: a directory of a source, or one of a repository by its address. */
export type BuildPlace = { readonly source: string; readonly path: string } | { readonly url: string };

/** Starts at the directory that is built. */
export function openRoot(rules: LoadRules, place: BuildPlace): Loader {
  if ('url' in place) return openUrl(rules, place.url);
  const { source, path } = place;
  const dir = cleanPath(`/${path}`);
  const answer = ask(rules, { source, dir }, dir);
  if (isFile(answer)) throw new KustomizeError(`must build at directory: '${path}': file is not directory`);
  if (dir !== '/' && answer.found !== 'directory') {
    throw new KustomizeError(`must build at directory: not a valid directory: ${nothingAt(dir, answer)}`);
  }
  return new Loader(rules, { source, dir });
}

/** Whether kustomize would clone this. */
export const isRepoUrl = (path: string): boolean => parseRepoUrl(path) !== undefined;

function openUrl(rules: LoadRules, url: string): Loader {
  const repo = parseRepoUrl(url);
  if (repo === undefined) throw new KustomizeError(`'${url}' is not the address of a repository`);
  return new Loader(rules, rootOfRepo(rules, repo), { repo });
}

/** Where a directory of a repository can be read. */
function rootOfRepo(rules: LoadRules, repo: RepoUrl): Root {
  const { raw, repo: repository, ref, path } = repo;
  const answer = rules.ask({ kind: 'gitDirectory', repository, ref, path: cleanPath(`/${path}`).slice(1) });
  if ('refused' in answer)
    throw new KustomizeError(`remote base '${raw}' is not fetched: ${answer.refused}`, { field: 'resources' }, 'web');
  const root = { source: answer.source, dir: cleanPath(`/${answer.path}`) };
  const found = root.dir === '/' ? ({ found: 'directory', id: '' } as const) : ask(rules, root, root.dir);
  if (found.found === 'directory') return root;
  const why = isFile(found) ? `refers to file '${root.dir}'; expecting directory` : nothingAt(root.dir, found);
  throw new KustomizeError(`remote base '${raw}': ${why}`, { field: 'resources' });
}

const ask = (rules: LoadRules, { source }: Root, path: string): FileAnswer => rules.ask({ kind: 'file', source, path: path.slice(1) });

function nothingAt(path: string, answer: FileAnswer): string {
  if (answer.found === 'outside') return `'${path}' leads out of the source, to '${answer.target}'`;
  return `evalsymlink failure on '${path}' : lstat ${path}: no such file or directory`;
}

export class Loader {
  readonly #rules: LoadRules;
  readonly #root: Root;
  readonly #referrer: Loader | undefined;
  readonly #repo: RepoUrl | undefined;

  constructor(rules: LoadRules, root: Root, from: { readonly referrer?: Loader; readonly repo?: RepoUrl } = {}) {
    this.#rules = rules;
    this.#root = root;
    this.#referrer = from.referrer;
    this.#repo = from.repo;
  }

  /** The directory as messages show it. */
  get root(): string {
    return this.#root.dir;
  }

  get source(): string {
    return this.#root.source;
  }

  absolute(path: string): string {
    return path.startsWith('/') ? path : joinPath([this.#root.dir, path]);
  }

  /** The path inside the source of a file as a kustomization names it, for places in problems. */
  fileName(path: string): string {
    return cleanPath(this.absolute(path)).slice(1);
  }

  /** The text of a file of this kustomization. */
  load(path: string): LoadedFile {
    if (isUrl(path)) return this.#loadRemote(path);
    const absolute = this.absolute(path);
    const clean = cleanPath(absolute);
    const answer = ask(this.#rules, this.#root, clean);
    if (this.#rules.restrictions === 'rootOnly' || this.#containingRepo !== undefined) this.#restrict(absolute, clean, answer);
    return this.#content(absolute, answer);
  }

  #restrict(absolute: string, clean: string, answer: FileAnswer): void {
    const place = { file: clean.slice(1) };
    if (answer.found === 'directory' || clean === '/') throw new KustomizeError(`'${absolute}' must resolve to a file`, place);
    if (answer.found === 'nothing' || answer.found === 'outside') throw new KustomizeError(nothingAt(absolute, answer), place);
    const dir = clean.slice(0, Math.max(1, clean.lastIndexOf('/')));
    if (!isWithin(dir, this.#root.dir)) {
      throw new KustomizeError(`security; file '${absolute}' is not in or below '${this.#root.dir}'`, place);
    }
  }

  #content(path: string, answer: FileAnswer): LoadedFile {
    const place = { file: cleanPath(path).slice(1) };
    switch (answer.found) {
      case 'file':
        return { bytes: answer.bytes, text: escapeUtf8(answer.bytes) };
      case 'directory':
        throw new KustomizeError(`read ${path}: is a directory`, place);
      case 'tooLarge':
        throw new KustomizeError(`'${path}' has ${answer.size} bytes; at most ${answer.limit} are read`, place);
      case 'outside':
        throw new KustomizeError(nothingAt(path, answer), place);
      case 'nothing':
        throw new KustomizeError(`open ${path}: no such file or directory`, place);
    }
  }

  #loadRemote(url: string): LoadedFile {
    if (isCertainlyRepo(url)) throw new KustomizeError('URL is a git repository');
    const answer = this.#rules.ask({ kind: 'webFile', url });
    if ('refused' in answer) throw new KustomizeError(`'${url}' is not fetched: ${answer.refused}`, { field: 'resources' }, 'web');
    if ('notFile' in answer) {
      if (parseRepoUrl(url) !== undefined) throw new KustomizeError('URL is a git repository');
      throw new KustomizeError(`HTTP Error: ${answer.notFile}`, { field: 'resources' }, 'web');
    }
    const { source, path } = answer;
    const file = this.#rules.ask({ kind: 'file', source, path });
    // The tree holds the file by its making; while it is still on its way nothing else is tried.
    if (!isFile(file)) throw new KustomizeError(`'${url}' cannot be read`, { field: 'resources' }, 'web');
    return { bytes: file.bytes, text: escapeUtf8(file.bytes) };
  }

  /** A directory this kustomization builds on. */
  open(path: string): Loader {
    if (path === '') throw new KustomizeError('new root cannot be empty');
    const repo = parseRepoUrl(path);
    if (repo !== undefined) return this.#openRemote(repo);
    if (path.startsWith('/')) throw new KustomizeError(`new root '${path}' cannot be absolute`);
    if (hasAmbiguousPart(path)) {
      throw new KustomizeError(
        `path ${JSON.stringify(path)} is ambiguous: resolves to ${JSON.stringify(cleanPath(path))} after normalization, which is likely not the intended target; check for YAML indentation errors in your kustomization file`,
      );
    }
    const absolute = this.absolute(path);
    const root: Root = { source: this.#root.source, dir: absolute };
    const answer = absolute === '/' ? ({ found: 'directory', id: '' } as const) : ask(this.#rules, this.#root, absolute);
    if (isFile(answer) || answer.found === 'tooLarge')
      throw new KustomizeError(`must build at directory: '${absolute}': file is not directory`);
    if (answer.found !== 'directory')
      throw new KustomizeError(`must build at directory: not a valid directory: ${nothingAt(absolute, answer)}`);
    this.#refuseCycle(root);
    return new Loader(this.#rules, root, { referrer: this });
  }

  #openRemote(repo: RepoUrl): Loader {
    this.#refuseRepoCycle(repo);
    return new Loader(this.#rules, rootOfRepo(this.#rules, repo), { referrer: this, repo });
  }

  get #containingRepo(): RepoUrl | undefined {
    return this.#repo ?? (this.#referrer === undefined ? undefined : this.#referrer.#containingRepo);
  }

  /** A base must not contain what refers to it. */
  #refuseCycle(candidate: Root): void {
    for (let at: Loader | undefined = this; at !== undefined; at = at.#referrer) {
      if (at.#root.source === candidate.source && isWithin(at.#root.dir, candidate.dir)) {
        throw new KustomizeError(`cycle detected: candidate root '${candidate.dir}' contains visited root '${at.#root.dir}'`);
      }
    }
  }

  #refuseRepoCycle(repo: RepoUrl): void {
    for (let at: Loader | undefined = this; at !== undefined; at = at.#referrer) {
      const visited: RepoUrl | undefined = at.#repo;
      if (visited?.raw.startsWith(repo.raw) === true) {
        throw new KustomizeError(`cycle detected: URI '${repo.raw}' referenced by previous URI '${visited.raw}'`);
      }
    }
  }

  /** Asks for files early, so that one round answers many. */
  prefetch(paths: readonly string[]): void {
    for (const path of paths) {
      if (isUrl(path) || path.includes('\n') || path.includes('\0') || parseRepoUrl(path) !== undefined) continue;
      ask(this.#rules, this.#root, cleanPath(this.absolute(path)));
    }
  }
}
