/** The status of a commit on GitHub, GitLab and Gitea (Forgejo). The token reaches the configured API only, whatever address a Source names. */
import { type ChannelSpec, repositoryPlace } from '../../api/index.ts';
import type { News, NotifyError, NotifyRequest, Outgoing } from '../../ports/index.ts';
import { ok, type Result } from '../../std/index.ts';
import { cut, entry, invalid, JSON_HEADERS, only } from './parts.ts';

type Spec = NonNullable<ChannelSpec['commitStatus']>;
type State = 'pending' | 'success' | 'failure';

const BASES: Readonly<Record<Spec['host'], string | undefined>> = {
  github: 'https://api.github.com',
  gitlab: 'https://gitlab.com/api/v4',
  gitea: undefined,
};

/** Undefined: this news says nothing about a commit. */
function stateOf({ kind, type, severity }: News): State | undefined {
  if (kind !== 'App') return undefined;
  if (type === 'Ready') return 'success';
  if (type === 'Applied') return 'pending';
  return severity === 'error' && type !== 'DriftDetected' ? 'failure' : undefined;
}

const commitOf = ({ revision }: News): string | undefined => /sha(?:1|256):([0-9a-f]{40,64})$/.exec(revision ?? '')?.[1];

/** Whether repositories of this host are served by this API: `api.github.com` speaks for `github.com`. */
const serves = (base: string, host: string): boolean => {
  const api = new URL(base).hostname;
  return api === host || api === `api.${host}`;
};

export function commitStatus(spec: Spec, request: NotifyRequest): Result<Outgoing | undefined, NotifyError> {
  const { news, text } = only(request);
  const token = entry(request, 'token');
  if (!token.ok) return token;
  const base = (spec.url ?? BASES[spec.host])?.replace(/\/+$/, '');
  if (base === undefined) return invalid('spec.commitStatus.url is needed for gitea: there is no one host of that name');
  const [state, commit] = [stateOf(news), commitOf(news)];
  const place = news.repository === undefined ? undefined : repositoryPlace(news.repository);
  if (state === undefined || commit === undefined || place === undefined || !serves(base, place.host)) return ok(undefined);
  const context = spec.context ?? `lockstep/${news.installation}/${news.namespace}/${news.name}`;
  const description = cut(text.split('\n')[0] ?? '', 140);
  const shared = { description, ...(news.link === undefined ? {} : { target_url: news.link }) };
  const post = (url: string, body: unknown, headers: Readonly<Record<string, string>>): Result<Outgoing, NotifyError> =>
    ok({ via: 'http', url: `${base}${url}`, headers: { ...JSON_HEADERS, ...headers }, body: JSON.stringify(body) });
  if (spec.host === 'gitlab') {
    const url = `/projects/${encodeURIComponent(place.path)}/statuses/${commit}`;
    return post(url, { state: state === 'failure' ? 'failed' : state, name: context, ...shared }, { 'private-token': token.value });
  }
  const [owner = '', repository = ''] = place.path.split('/').map(encodeURIComponent);
  const authorization = spec.host === 'github' ? `Bearer ${token.value}` : `token ${token.value}`;
  const accept: Readonly<Record<string, string>> =
    spec.host === 'github' ? { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' } : {};
  return post(`/repos/${owner}/${repository}/statuses/${commit}`, { state, context, ...shared }, { authorization, ...accept });
}
