/** Names of artifacts: `oci://host[:port]/path[:tag][@digest]`. Source: distribution/reference regexp.go, Helm 4 pkg/registry/reference.go. */
import type { ChartError } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';

export interface Reference {
  /** With the port. */
  readonly host: string;
  /** `team/charts/shop` */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const hostForm = /^(?:\[[0-9a-f:]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?$/i;
const part = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const repositoryForm = new RegExp(`^${part}(?:/${part})*$`);
const tagForm = /^\w[\w.-]{0,127}$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;

/** A version as a tag: registries allow no `+`. */
export const tagOf = (version: string): string => version.replaceAll('+', '_');
/** A tag as a version. */
export const versionOf = (tag: string): string => tag.replaceAll('_', '+');

const refuse = (message: string, hint?: string): Result<never, ChartError> =>
  err({ code: 'InvalidURL', message, ...(hint === undefined ? {} : { hint }) });

/** Reads a reference with or without `oci://`. */
export function parseReference(text: string): Result<Reference, ChartError> {
  if (text.length > 2048) return refuse('the reference is too long');
  const rest = text.replace(/^oci:\/\//, '');
  const slash = rest.indexOf('/');
  if (slash < 0) return refuse(`invalid_reference: ${JSON.stringify(text)} has no repository`, 'write oci://host/path');
  const host = rest.slice(0, slash);
  if (!hostForm.test(host)) return refuse(`${JSON.stringify(host)} is not the host of a registry`);
  const [beforeDigest = '', digest, ...more] = rest.slice(slash + 1).split('@');
  if (more.length > 0 || (digest !== undefined && !digestForm.test(digest)))
    return refuse(`${JSON.stringify(text)} has a malformed digest`, 'a digest is sha256: and 64 hexadecimal digits');
  const colon = beforeDigest.lastIndexOf(':');
  const repository = (colon < 0 ? beforeDigest : beforeDigest.slice(0, colon)).replace(/\/+$/, '');
  const tag = colon < 0 ? undefined : tagOf(beforeDigest.slice(colon + 1));
  if (!repositoryForm.test(repository)) return refuse(`${JSON.stringify(repository)} is not a repository name`, 'names are in lower case');
  if (tag !== undefined && !tagForm.test(tag)) return refuse(`${JSON.stringify(tag)} is not a tag`);
  return ok({ host, repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) });
}

/** `host/path:tag` */
export const formatReference = ({ host, repository, tag, digest }: Reference): string =>
  `${host}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
