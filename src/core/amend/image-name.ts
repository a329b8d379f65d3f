/** Names of images: their parts, and which of those in use a person means. */

export interface ImageParts {
  /** As written, registry included. */
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** What a person wants: `web:1.4`, `ghcr.io/acme/web@sha256:…`, or `web=ghcr.io/other/web:2`. */
export interface ImageWish extends ImageParts {
  /** Container, or repository in use, that gets another image; absent: the one with the same repository. */
  readonly instead?: string;
}

export function parseImage(image: string): ImageParts {
  const [name = '', digest = ''] = image.split('@');
  const tag = /:([\w][\w.-]*)$/.exec(name)?.[1] ?? '';
  return { repository: tag === '' ? name : name.slice(0, -tag.length - 1), tag, digest };
}

export const formatImage = ({ repository, tag, digest }: ImageParts): string =>
  `${repository}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;

/** Undefined: it is no image, or names no version where one is needed. */
export function parseWish(text: string): ImageWish | undefined {
  const [, instead, image = text] = /^([^=:@]+(?::\d+\/[^=:@]+)?)=(.+)$/.exec(text) ?? [];
  const parts = parseImage(image);
  if (!/^[a-z0-9][\w./:-]*$/i.test(parts.repository) || !/^(?:|[a-z0-9+._-]+:[0-9a-f]{32,})$/i.test(parts.digest)) return undefined;
  if (parts.tag === '' && parts.digest === '') return undefined;
  return { ...parts, ...(instead === undefined ? {} : { instead }) };
}

/** As registries see it: `nginx` is `library/nginx` of Docker's. */
const canonical = (repository: string): string => repository.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
const lastPart = (repository: string): string => repository.slice(repository.lastIndexOf('/') + 1);

/** An image in use. */
export interface Used {
  readonly repository: string;
  /** Name of the container, where there is one. */
  readonly container?: string;
}

/** Those that are meant: of the same repository, else of the same last part when no more was given. */
export function meant<T extends Used>(all: readonly T[], wish: ImageWish): readonly T[] {
  const name = wish.instead ?? wish.repository;
  const exact = all.filter(
    ({ repository, container }) => canonical(repository) === canonical(name) || (container !== undefined && container === wish.instead),
  );
  if (exact.length > 0 || name.includes('/')) return exact;
  return all.filter(({ repository }) => lastPart(repository) === name);
}

/** The image that comes instead: the repository stays as it is written unless another one was asked for. */
export const wanted = (used: Pick<Used, 'repository'>, wish: ImageWish): ImageParts => ({
  repository: wish.instead === undefined ? used.repository : wish.repository,
  tag: wish.tag,
  digest: wish.digest,
});
