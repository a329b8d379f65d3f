/** Plain rendering: which files are read, and all that may be wrong with them, at once. */
import type { Ask, FileAnswer, TreeEntry } from '../ask/index.ts';
import type { Outcome, Problem } from '../problem/index.ts';
import { isUtf8 } from '../../std/index.ts';
import { baseName, compilePatterns, folderOf, joinPath, matchesPatterns, type Patterns } from '../tree/index.ts';
import { builderOfFile } from './detect.ts';
import { readManifests, type RenderedObject } from './manifests.ts';

export interface PlainInput {
  /** As in requests: empty for the App's own source. */
  readonly source: string;
  /** A clean path: a folder, or one file. */
  readonly path: string;
  readonly recurse: boolean;
  /** `.gitignore` patterns relative to the source's root: the Source's `ignore`. */
  readonly ignore?: string;
  /** `.gitignore` patterns relative to `path`. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly limits: { readonly files: number; readonly objects: number };
}

/** Every object of the folder, ordered by file and place. Files are those named `*.yaml`, `*.yml`, `*.json`; hidden ones are left out. */
export function renderPlain(ask: Ask, input: PlainInput): Outcome<readonly RenderedObject[]> {
  const listed = listFiles(ask, input);
  const problems: Problem[] = [...listed.problems];
  const objects: RenderedObject[] = [];
  // Everything is asked for before anything is read, so that one round collects all requests.
  const answers = listed.files.map((file) => ({ file, answer: ask({ kind: 'file', source: input.source, path: file }) }));
  for (const { file, answer } of answers) {
    const content = readFile(file, answer);
    problems.push(...content.problems);
    for (const object of content.objects) objects.push(object);
  }
  if (objects.length > input.limits.objects)
    problems.push({
      code: 'TooManyObjects',
      message: `${objects.length} objects, at most ${input.limits.objects} are allowed`,
      hint: 'split the App',
    });
  return { value: objects, problems };
}

interface Listed {
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
}

function listFiles(ask: Ask, input: PlainInput): Listed {
  const { source, path, recurse } = input;
  const listing = ask({ kind: 'list', source, path, recursive: recurse });
  if (listing === null) return singleFile(ask, input);
  const selection = new Selection(input);
  const problems: Problem[] = [];
  const files: string[] = [];
  for (const entry of listing.entries) {
    if (!selection.takes(entry)) continue;
    const file = joinPath(path, entry.path) ?? entry.path;
    if (entry.type === 'submodule')
      problems.push({
        code: 'Unsupported',
        severity: 'warning',
        file,
        message: 'is a submodule and is not read',
        hint: 'make it a Source of its own',
      });
    else if (isManifest(entry.path)) files.push(file);
    else if (entry.type === 'symlink') problems.push(...linkProblems(file, ask({ kind: 'file', source, path: file })));
  }
  return withinLimit(withoutNested(files, problems), input.limits.files);
}

function withinLimit(listed: Listed, limit: number): Listed {
  if (listed.files.length <= limit) return listed;
  const problem: Problem = {
    code: 'TooManyFiles',
    message: `${listed.files.length} manifest files, at most ${limit} are read`,
    hint: 'narrow source.path, or use include and exclude',
  };
  return { files: [], problems: [...listed.problems, problem] };
}

/** A path that is no folder: one file, or nothing. */
function singleFile(ask: Ask, { source, path }: PlainInput): Listed {
  const answer = ask({ kind: 'file', source, path });
  if (answer.found === 'file' || answer.found === 'tooLarge' || answer.found === 'outside') return { files: [path], problems: [] };
  return {
    files: [],
    problems: [
      {
        code: 'PathNotFound',
        file: path,
        message: path === '' ? 'the source is empty' : 'there is no such file or folder at this revision',
        hint: 'check source.path',
      },
    ],
  };
}

const isManifest = (path: string): boolean => /\.(?:yaml|yml|json)$/.test(path);

/** Links to files are read like files; what a link to a folder holds would be read twice or not at all. */
function linkProblems(file: string, answer: FileAnswer): readonly Problem[] {
  if (answer.found === 'directory')
    return [
      {
        code: 'Unsupported',
        severity: 'warning',
        file,
        message: 'is a link to a folder and is not followed',
        hint: 'list the folder in source.path',
      },
    ];
  return [];
}

/**
 * A folder below that belongs to another builder is not plain YAML. It is named once and left out, instead of being misread file by file.
 */
function withoutNested(files: readonly string[], problems: Problem[]): Listed {
  const nested = new Map<string, string>();
  for (const file of files) if (builderOfFile(file) !== undefined && !nested.has(folderOf(file))) nested.set(folderOf(file), file);
  if (nested.size === 0) return { files, problems };
  const owner = (file: string): string | undefined => {
    let found: string | undefined;
    for (let folder = folderOf(file); ; folder = folderOf(folder)) {
      found = nested.get(folder) ?? found;
      if (folder === '') return found;
    }
  };
  const outermost = new Set<string>();
  const kept = files.filter((file) => {
    const mark = owner(file);
    if (mark !== undefined) outermost.add(mark);
    return mark === undefined;
  });
  for (const file of outermost)
    problems.push({
      code: 'NestedBuilder',
      file,
      message: `${folderOf(file) === '' ? 'the folder' : folderOf(file)} is for ${builderOfFile(file) ?? ''}, not plain manifests`,
      hint: 'give it an App of its own, or leave it out with source.exclude',
    });
  return { files: kept, problems };
}

function readFile(
  file: string,
  answer: FileAnswer,
): { readonly objects: readonly RenderedObject[]; readonly problems: readonly Problem[] } {
  const wrong = (code: string, message: string, hint: string) => ({ objects: [], problems: [{ code, file, message, hint }] });
  switch (answer.found) {
    case 'file':
      if (!isUtf8(answer.bytes) || answer.bytes.includes(0))
        return wrong('BinaryFile', 'is not a text file', 'remove it, or leave it out with source.exclude');
      return readManifests(answer.text, file);
    case 'outside':
      return wrong(
        'PathEscapes',
        `is a link that leads out of the source, to ${answer.target}`,
        'keep everything an App reads inside its repository',
      );
    case 'tooLarge':
      return wrong(
        'FileTooLarge',
        `has ${answer.size} bytes, at most ${answer.limit} are read`,
        'split it, or leave it out with source.exclude',
      );
    case 'directory':
      return wrong('Unsupported', 'is a folder with the name of a file', 'rename it');
    case 'nothing':
      return wrong('PathNotFound', 'is a link that leads nowhere', 'remove it');
  }
}

/** Which entries of the listing count. */
class Selection {
  readonly base: string;
  readonly ignore: Patterns;
  readonly include: Patterns | undefined;
  readonly exclude: Patterns;

  constructor({ path, ignore, include, exclude }: PlainInput) {
    this.base = path;
    this.ignore = compilePatterns(ignore ?? '');
    this.include = include === undefined || include.length === 0 ? undefined : compilePatterns(include.join('\n'));
    this.exclude = compilePatterns((exclude ?? []).join('\n'));
  }

  takes(entry: TreeEntry): boolean {
    if (entry.type === 'directory' || isHidden(entry.path)) return false;
    const whole = joinPath(this.base, entry.path) ?? entry.path;
    if (matchesPatterns(this.ignore, whole, 'file') || matchesPatterns(this.exclude, entry.path, 'file')) return false;
    return this.include === undefined || matchesPatterns(this.include, entry.path, 'file');
  }
}

const isHidden = (path: string): boolean => path.split('/').some((part) => part.startsWith('.')) || baseName(path) === '';
