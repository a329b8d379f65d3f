/** Another image: in manifests where it stands, in a kustomization under `images`, of a chart in its values. */
import { err, ok, type Result } from '../../std/index.ts';
import { isObject, type Json, type JsonObject, getKey } from '../object/index.ts';
import { joinPath } from '../tree/index.ts';
import { type Amended, failed, line, noFiles, type Unfound } from './answer.ts';
import type { Draft, Place } from './draft.ts';
import { formatImage, type ImageParts, type ImageWish, meant, parseImage, type Used, wanted } from './image-name.ts';
import { setChartImage } from './chart-images.ts';
import { below, buildOf, builderOf, folderOf, kustomizationIn, sharedWarning, type Subject, textAt } from './subject.ts';

/** `at`: the field of the values that holds the tag, for charts with names of their own. */
export function setImages(subject: Subject, wishes: readonly ImageWish[], at?: string): Amended {
  const said: string[] = [];
  const warnings = new Set<string>();
  for (const wish of wishes) {
    const done = setImage(subject, wish, at);
    if (!done.ok) return done;
    said.push(...done.value.said);
    for (const warning of done.value.warnings) warnings.add(warning);
  }
  return ok({ said, warnings: [...warnings] });
}

function setImage(subject: Subject, wish: ImageWish, at: string | undefined): Amended {
  const builder = builderOf(subject);
  if (at !== undefined && builder !== 'helm')
    return err({ message: `${subject.name} has no values: it is built by ${builder}`, looked: [], hint: 'leave out --set-path' });
  switch (builder) {
    case 'helm':
      return setChartImage(subject, wish, at);
    case 'kustomize':
      return inKustomization(subject, wish);
    case 'plain':
      return inManifests(subject, wish);
    case 'helmfile':
      return err({
        message: `${subject.name} is built by a helmfile, whose values are programs`,
        looked: [],
        hint: 'change its values by hand',
      });
  }
}

interface Found extends Used {
  readonly place: Place;
  readonly image: ImageParts;
}

function inManifests(subject: Subject, wish: ImageWish): Amended {
  const { source, name } = subject;
  const folder = folderOf(subject.spec);
  if (source === undefined) return err(noFiles(name));
  const files = source.paths.filter(
    (path) => /\.(?:ya?ml|json)$/.test(path) && (folder === '' || path === folder || path.startsWith(`${folder}/`)),
  );
  const all = files.flatMap((file) => imagesIn(source, file));
  const found = meant(all, wish);
  if (found.length === 0) return err(unfound(subject, wish, { all, files }));
  const done = { said: [] as string[], warnings: [] as string[] };
  for (const { place, image, repository } of found) {
    const now = formatImage(wanted({ repository }, wish));
    const set = source.set(place, now);
    if (!set.ok) return err(failed(set.error));
    done.said.push(line(place, formatImage(image), now));
    done.warnings.push(...sharedWarning(subject, place.file));
  }
  return ok(done);
}

function inKustomization(subject: Subject, wish: ImageWish): Amended {
  const { source, home, spec, name } = subject;
  if (source === undefined) return err(noFiles(name));
  const file = kustomizationIn(source, folderOf(spec));
  const own = getKey(buildOf(spec, 'kustomize'), 'images');
  const inApp =
    home === undefined || !Array.isArray(own)
      ? undefined
      : inList(home.draft, { ...home.place, at: [...home.place.at, 'spec', 'build', 'kustomize', 'images'] }, wish);
  if (inApp !== undefined) return told(subject, inApp);
  if (file === undefined) return err({ ...noFiles(name), message: `${name} has no kustomization in ${folderOf(spec) || '.'}` });
  const place: Place = { file, document: 0, at: ['images'] };
  const inFile = inList(source, place, wish);
  if (inFile !== undefined) return told(subject, inFile);
  const files = kustomizedFiles(source, folderOf(spec));
  const all = files.flatMap((path) => imagesIn(source, path));
  const [used] = meant(all, wish);
  if (used === undefined) return err(unfound(subject, wish, { all, files: [file, ...files] }));
  const list = source.value(place);
  const entry = entryFor(used.repository, wanted(used, wish));
  return told(subject, change(source, { ...place, at: ['images', Array.isArray(list) ? list.length : 0] }, entry));
}

type Change = Result<string, string> & { readonly file: string };

const told = (subject: Subject, change: Change): Amended =>
  change.ok ? ok({ said: [change.value], warnings: sharedWarning(subject, change.file) }) : err(failed(change.error));

/** The entry of a list of images that is meant; undefined: none is. */
function inList(draft: Draft, place: Place, wish: ImageWish): Change | undefined {
  const list = draft.value(place);
  const entries = (Array.isArray(list) ? (list as readonly Json[]) : []).flatMap((entry, index) =>
    isObject(entry) ? [{ entry, index, repository: textAt(entry, 'newName') ?? textAt(entry, 'name') ?? '' }] : [],
  );
  const byName = entries.map((one) => ({ ...one, repository: textAt(one.entry, 'name') ?? '' }));
  const found = meant(entries, wish)[0] ?? meant(byName, wish)[0];
  if (found === undefined) return undefined;
  const now = wanted({ repository: textAt(found.entry, 'newName') ?? textAt(found.entry, 'name') ?? '' }, wish);
  const { newTag: _tag, digest: _digest, newName: _name, ...rest } = found.entry;
  const name = textAt(rest, 'name') ?? '';
  return change(draft, { ...place, at: [...place.at, found.index] }, { ...rest, ...entryFor(name, now) });
}

const entryFor = (name: string, { repository, tag, digest }: ImageParts): JsonObject => ({
  name,
  ...(repository === name ? {} : { newName: repository }),
  ...(tag === '' ? {} : { newTag: tag }),
  ...(digest === '' ? {} : { digest }),
});

function change(draft: Draft, place: Place, entry: JsonObject): Change {
  const before = draft.value(place);
  const set = draft.set(place, entry);
  const { file } = place;
  return set.ok
    ? { ok: true, file, value: line(place, before === undefined ? '(nothing)' : shown(before), shown(entry)) }
    : { ...set, file };
}

const shown = (entry: Json): string => {
  if (!isObject(entry)) return String(entry);
  const name = textAt(entry, 'newName') ?? textAt(entry, 'name') ?? '';
  return formatImage({ repository: name, tag: textAt(entry, 'newTag') ?? '', digest: textAt(entry, 'digest') ?? '' });
};

/** Local files that a kustomization takes in, bases and components included. */
function kustomizedFiles(draft: Draft, folder: string, seen = new Set<string>()): readonly string[] {
  const file = kustomizationIn(draft, folder);
  if (file === undefined || seen.has(file) || seen.size > 200) return [];
  seen.add(file);
  const [whole] = draft.documents(file) ?? [];
  const named = ['resources', 'bases', 'components'].flatMap((key) => {
    const list = isObject(whole) ? getKey(whole, key) : undefined;
    return Array.isArray(list) ? list.filter((entry): entry is string => typeof entry === 'string') : [];
  });
  return named.flatMap((entry) => {
    const path = entry.includes('://') ? undefined : joinPath(folder, entry);
    if (path === undefined) return [];
    return draft.has(path) ? [path] : kustomizedFiles(draft, path, seen);
  });
}

/** Every field `image` of a file's objects, whatever their kind. */
function imagesIn(draft: Draft, file: string): readonly Found[] {
  const found: Found[] = [];
  const visit = (value: Json, place: Place): void => {
    if (Array.isArray(value))
      for (const [index, item] of (value as readonly Json[]).entries()) visit(item, { ...place, at: [...place.at, index] });
    if (!isObject(value)) return;
    const image = textAt(value, 'image');
    const container = textAt(value, 'name');
    if (image !== undefined && image !== '') {
      const parts = parseImage(image);
      found.push({
        place: { ...place, at: [...place.at, 'image'] },
        image: parts,
        repository: parts.repository,
        ...(container === undefined ? {} : { container }),
      });
    }
    for (const [key, item] of Object.entries(value)) visit(item ?? null, { ...place, at: [...place.at, key] });
  };
  for (const [document, value] of (draft.documents(file) ?? []).entries())
    if (isObject(value) && getKey(value, 'kind') !== 'CustomResourceDefinition') visit(value, { file, document, at: [] });
  return found;
}

const mostShown = 12;

interface Searched {
  readonly all: readonly Found[];
  readonly files: readonly string[];
}

function unfound(subject: Subject, wish: ImageWish, { all, files }: Searched): Unfound {
  const used = [
    ...new Set(
      all.map(
        ({ image, place, container }) =>
          `${formatImage(image)}${container === undefined ? '' : ` (container ${container})`} in ${place.file}`,
      ),
    ),
  ];
  const looked = used.length > 0 ? used : files.length > 0 ? files : [below(folderOf(subject.spec), '')];
  return {
    message: `${subject.name} uses no image ${wish.instead ?? wish.repository}`,
    looked: looked.length > mostShown ? [...looked.slice(0, mostShown), `… and ${looked.length - mostShown} more`] : looked,
    hint: 'name one of these; CONTAINER=IMAGE puts another image in its place',
  };
}
