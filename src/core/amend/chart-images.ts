/** Images in the values of a chart, by the names that charts give them: `repository` and `tag`, a whole `image`, an `image` beside a `version`. */
import { err, ok, type Result } from '../../std/index.ts';
import { getKey, isObject, type Json, type JsonObject } from '../object/index.ts';
import { merged, placeFor, valuesPlaces } from './chart-values.ts';
import { formatSteps, type Step, valueAt } from './draft.ts';
import { formatImage, type ImageParts, type ImageWish, meant, parseImage, type Used, wanted } from './image-name.ts';
import { type Amended, type Done, failed, line } from './answer.ts';
import { chartOf, folderOf, sharedWarning, type Subject } from './subject.ts';

/** Where the parts of one image stand in the values. */
interface ImageField extends Used {
  readonly image: ImageParts;
  /** The whole image in one text. */
  readonly whole?: readonly Step[];
  readonly repositoryAt?: readonly Step[];
  readonly tagAt?: readonly Step[];
  readonly digestAt?: readonly Step[];
}

const TAGS = ['tag', 'imageTag', 'image_tag', 'version'];

export function setChartImage(subject: Subject, wish: ImageWish, at: string | undefined): Amended {
  const places = valuesPlaces(subject);
  const values = merged(places);
  const all = imageFields(values, []);
  const found = at === undefined ? meant(all, wish) : [fieldAt(values, at)];
  if (found.length === 0) {
    const used = all.map(({ image, whole, tagAt }) => `${formatImage(image)} (${formatSteps(whole ?? tagAt ?? [])})`);
    return err({
      message: `no value of ${subject.name} is the image ${wish.instead ?? wish.repository}`,
      looked: [...places.map(({ name }) => name), ...used],
      hint: 'name one of these images, or the value that holds the tag with --set-path; charts whose values are not at hand need that',
    });
  }
  const done = { said: [] as string[], warnings: [] as string[] };
  for (const field of found)
    for (const [path, value] of valuesFor(field, wish)) {
      const set = setValue(subject, path, value);
      if (!set.ok) return err(failed(set.error));
      done.said.push(...set.value.said);
      done.warnings.push(...set.value.warnings);
    }
  return ok(done);
}

/** The values that make it so. A digest of the old image must not outlive its tag. */
function valuesFor(field: ImageField, wish: ImageWish): readonly (readonly [readonly Step[], string])[] {
  const now = wanted(field, wish);
  if (field.whole !== undefined) return [[field.whole, formatImage(now)]];
  const { digest } = now;
  const tagAt = field.tagAt ?? [];
  const tag = field.digestAt === undefined && digest !== '' ? `${now.tag}@${digest}` : now.tag;
  return [
    ...(field.repositoryAt !== undefined && now.repository !== field.repository ? [[field.repositoryAt, now.repository] as const] : []),
    ...(tag === '' && field.digestAt !== undefined ? [] : [[tagAt, tag] as const]),
    ...(field.digestAt !== undefined && field.image.digest !== digest ? [[field.digestAt, digest] as const] : []),
  ];
}

function setValue(subject: Subject, at: readonly Step[], value: string): Result<Done, string> {
  const place = placeFor(valuesPlaces(subject), at, usesOfChart(subject) > 0);
  if (place === undefined) return err(`${subject.name} has no values at hand`);
  const whole = { ...place, at: [...place.at, ...at] };
  const before = place.draft.value(whole);
  const set = place.draft.set(whole, value);
  if (!set.ok) return set;
  return ok({ said: [line(whole, shown(before), shown(value))], warnings: sharedWarning(subject, place.file) });
}

const shown = (value: Json | undefined): string =>
  value === undefined ? '(nothing)' : typeof value === 'string' ? value || '""' : JSON.stringify(value);

/** Other Apps that use the chart in the App's folder. */
export const usesOfChart = ({ spec, others }: Subject): number =>
  chartOf(spec) === undefined
    ? others.filter((other) => chartOf(other.spec) === undefined && folderOf(other.spec) === folderOf(spec)).length
    : 0;

/** `image.tag`: a tag; `image`: the whole image when one is there. */
function fieldAt(values: JsonObject, text: string): ImageField {
  const at = text.split('.').filter((part) => part !== '');
  const now = valueAt(values, at);
  const image = parseImage(typeof now === 'string' ? now : '');
  const isWhole = typeof now === 'string' && (now.includes(':') || now.includes('/'));
  const found = { image, repository: image.repository };
  return isWhole ? { ...found, whole: at } : { ...found, tagAt: at };
}

function imageFields(value: Json, at: readonly Step[]): readonly ImageField[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item, index) => imageFields(item, [...at, index]));
  if (!isObject(value)) return [];
  const own = fieldIn(value, at);
  return [...(own === undefined ? [] : [own]), ...Object.entries(value).flatMap(([key, item]) => imageFields(item ?? null, [...at, key]))];
}

/** The image that a table describes. */
function fieldIn(table: JsonObject, at: readonly Step[]): ImageField | undefined {
  const repository = text(table, 'repository');
  if (repository !== undefined && repository !== '' && !repository.includes('://')) {
    const registry = text(table, 'registry') ?? '';
    const image = {
      repository: registry === '' ? repository : `${registry}/${repository}`,
      tag: text(table, 'tag') ?? '',
      digest: text(table, 'digest') ?? '',
    };
    const digestAt = getKey(table, 'digest') === undefined ? {} : { digestAt: [...at, 'digest'] };
    return { image, repository: image.repository, repositoryAt: [...at, 'repository'], tagAt: [...at, 'tag'], ...digestAt };
  }
  const whole = text(table, 'image');
  if (whole === undefined || whole === '') return undefined;
  const image = parseImage(whole);
  const tagKey = image.tag === '' && image.digest === '' ? TAGS.find((key) => text(table, key) !== undefined) : undefined;
  if (tagKey === undefined) return { image, repository: image.repository, whole: [...at, 'image'] };
  const tag = text(table, tagKey) ?? '';
  return { image: { ...image, tag }, repository: image.repository, repositoryAt: [...at, 'image'], tagAt: [...at, tagKey] };
}

function text(table: JsonObject, key: string): string | undefined {
  const value = getKey(table, key);
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}
