/** Git hosts as senders. Formats: each host's documentation of its webhooks. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Json } from '../../core/object/index.ts';
import { headerOf, isHmac, isPrefixed, isStandardWebhook, sameText } from './delivery.ts';
import { imageUrl } from './registry-senders.ts';
import { type Hint, ignored, listAt, moved, type Sender, textAt } from './sender.ts';

const eventOf = (headers: IncomingHttpHeaders, ...names: readonly string[]): string =>
  names.map((name) => headerOf({ headers }, name)).find((value) => value !== undefined) ?? '';

const addresses = (payload: Json, ...path: readonly string[]): readonly (string | undefined)[] =>
  ['clone_url', 'ssh_url', 'git_url', 'html_url'].map((name) => textAt(payload, ...path, name));

const refEvents = new Set(['push', 'create', 'delete']);

/** `package` and its older name `registry_package`: an image or chart on ghcr.io. */
function githubPackage(payload: Json): Hint {
  const parcel = textAt(payload, 'package', 'name') === undefined ? 'registry_package' : 'package';
  const url = textAt(payload, parcel, 'package_version', 'package_url');
  const [owner, name] = [textAt(payload, parcel, 'namespace'), textAt(payload, parcel, 'name')];
  if (url !== undefined) return moved([imageUrl(url)]);
  return owner === undefined || name === undefined
    ? ignored('the package has no name')
    : moved([imageUrl(`ghcr.io/${owner.toLowerCase()}/${name}`)]);
}

/** https://docs.github.com/webhooks: `X-Hub-Signature-256`; the SHA-1 one beside it is not enough. */
export const github: Sender = {
  recognises: (headers) => headers['x-github-event'] !== undefined,
  verify: (delivery, key) => isPrefixed(delivery, 'x-hub-signature-256', { key, algorithm: 'sha256' }),
  read: (payload, headers) => {
    const event = eventOf(headers, 'x-github-event');
    if (event === 'ping') return { kind: 'ping' };
    if (event === 'package' || event === 'registry_package') return githubPackage(payload);
    return refEvents.has(event) ? moved(addresses(payload, 'repository')) : ignored(`nothing here depends on the event ${event}`);
  },
};

const gitlabPushes = new Set(['push', 'tag_push', 'repository_update']);

/** A signing token (Standard Webhooks) or the older secret token, which comes as it is. */
export const gitlab: Sender = {
  recognises: (headers) => headers['x-gitlab-event'] !== undefined,
  verify: (delivery, secret) =>
    headerOf(delivery, 'webhook-signature') === undefined
      ? sameText(headerOf(delivery, 'x-gitlab-token') ?? '', secret)
      : isStandardWebhook(delivery, secret),
  read: (payload) => {
    const event = textAt(payload, 'object_kind') ?? textAt(payload, 'event_name') ?? '';
    if (!gitlabPushes.has(event)) return ignored(`nothing here depends on the event ${event}`);
    return moved([
      ...['git_http_url', 'git_ssh_url', 'http_url', 'ssh_url', 'web_url'].map((name) => textAt(payload, 'project', name)),
      ...['git_http_url', 'git_ssh_url'].map((name) => textAt(payload, 'repository', name)),
    ]);
  },
};

const GITEA_EVENTS = ['x-forgejo-event', 'x-gitea-event', 'x-gogs-event'] as const;
const GITEA_SIGNATURES = ['x-forgejo-signature', 'x-gitea-signature', 'x-gogs-signature'] as const;

/** Gitea, Forgejo, Gogs: bare hex. They send GitHub's headers as well, so they are looked for first; the most specific signature decides. */
export const gitea: Sender = {
  recognises: (headers) => GITEA_EVENTS.some((name) => headers[name] !== undefined),
  verify: (delivery, key) => {
    const given = GITEA_SIGNATURES.map((name) => headerOf(delivery, name)).find((value) => value !== undefined);
    return given === undefined
      ? isPrefixed(delivery, 'x-hub-signature-256', { key, algorithm: 'sha256' })
      : isHmac(delivery, { key, algorithm: 'sha256', given });
  },
  read: (payload, headers) => {
    const event = eventOf(headers, ...GITEA_EVENTS);
    if (event === 'package') {
      const [owner, name] = [textAt(payload, 'package', 'owner', 'login'), textAt(payload, 'package', 'name')];
      const host = hostOf(textAt(payload, 'package', 'html_url'));
      if (owner === undefined || name === undefined) return ignored('the package has no name');
      return host === undefined ? moved([], [`${owner}/${name}`]) : moved([imageUrl(`${host}/${owner}/${name}`)], [`${owner}/${name}`]);
    }
    return refEvents.has(event) ? moved(addresses(payload, 'repository')) : ignored(`nothing here depends on the event ${event}`);
  },
};

const hostOf = (url: string | undefined): string | undefined =>
  url === undefined || !URL.canParse(url) || !url.startsWith('http') ? undefined : new URL(url).host;

/** Bitbucket Cloud and Data Center: sha256 in the header that elsewhere holds sha1. Data Center does not always say its addresses. */
export const bitbucket: Sender = {
  recognises: (headers) => headers['x-event-key'] !== undefined,
  verify: (delivery, key) => isPrefixed(delivery, 'x-hub-signature', { key, algorithm: 'sha256' }),
  read: (payload, headers) => {
    const event = eventOf(headers, 'x-event-key');
    if (event === 'diagnostics:ping') return { kind: 'ping' };
    if (event !== 'repo:push' && event !== 'repo:refs_changed') return ignored(`nothing here depends on the event ${event}`);
    const clones = listAt(payload, 'repository', 'links', 'clone').map((link) => textAt(link, 'href'));
    const [key, slug] = [textAt(payload, 'repository', 'project', 'key'), textAt(payload, 'repository', 'slug')];
    const path = event === 'repo:push' || key === undefined || slug === undefined ? undefined : `${key}/${slug}`;
    return moved([...clones, textAt(payload, 'repository', 'links', 'html', 'href')], [path]);
  },
};
