/**
 * Container registries as senders. Those that cannot sign are told an address whose last part is the secret. Where a registry names an image, the Sources
 * that read it, or a folder above it, look now.
 */
import type { Json } from '../../core/object/index.ts';
import { type Delivery, headerOf, isHmac, sameText } from './delivery.ts';
import { type Hint, ignored, listAt, moved, type Sender, textAt, valueAt } from './sender.ts';

/** `oci://host/path`, without tag, digest and scheme. */
export const imageUrl = (reference: string): string =>
  `oci://${reference
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/@.*$/, '')
    .replace(/:[^/:]*$/, '')}`;

/** The secret as the last part of the address. */
const inAddress = ({ token }: Delivery, secret: string): boolean => token !== undefined && sameText(token, secret);

/** The secret as the value of Authorization, as configured there: with or without a scheme. */
const inAuthorization = (delivery: Delivery, secret: string): boolean => {
  const given = headerOf(delivery, 'authorization');
  return given !== undefined && (sameText(given, secret) || sameText(given.replace(/^(?:Bearer|Basic) /i, ''), secret));
};

const inEither = (delivery: Delivery, secret: string): boolean => inAuthorization(delivery, secret) || inAddress(delivery, secret);

/** Told apart only by what is configured: nothing in its headers is its own. */
const never = (): boolean => false;

/** https://docs.docker.com/docker-hub/repos/manage/webhooks/ The callback URL in it is not called: anybody could have put it there. */
export const dockerhub: Sender = {
  recognises: never,
  verify: inAddress,
  read: (payload) => {
    const name = textAt(payload, 'repository', 'repo_name');
    return name === undefined ? ignored('no repository is named') : moved([imageUrl(`docker.io/${name}`)]);
  },
};

/** The default format and the one of CloudEvents. */
export const harbor: Sender = {
  recognises: never,
  verify: inEither,
  read: (payload) => {
    const type = textAt(payload, 'type') ?? '';
    if (type !== 'PUSH_ARTIFACT' && type !== 'harbor.artifact.pushed') return ignored(`nothing here depends on the event ${type}`);
    const data = valueAt(payload, 'event_data') ?? valueAt(payload, 'data');
    const urls = listAt(data, 'resources').map((resource) => textAt(resource, 'resource_url'));
    return moved(
      urls.map((url) => (url === undefined ? undefined : imageUrl(url))),
      [textAt(data, 'repository', 'repo_full_name')],
    );
  },
};

export const quay: Sender = {
  recognises: never,
  verify: inAddress,
  read: (payload) => {
    const url = textAt(payload, 'docker_url');
    return url === undefined ? ignored('no repository is named') : moved([imageUrl(url)]);
  },
};

/** Hooks of Nexus sign with SHA-1, which is sound for an HMAC. */
export const nexus: Sender = {
  recognises: (headers) => headers['x-nexus-webhook-signature'] !== undefined,
  verify: (delivery, key) => isHmac(delivery, { key, algorithm: 'sha1', given: headerOf(delivery, 'x-nexus-webhook-signature') ?? '' }),
  read: (payload) => {
    const part = valueAt(payload, 'component') === undefined ? 'asset' : 'component';
    const name = textAt(payload, part, 'name');
    return name === undefined ? ignored('no component is named') : moved([], [name]);
  },
};

/** One event of the CNCF registry's notifications; Azure sends one of them alone. */
function pushed(event: Json): string | undefined {
  if (textAt(event, 'action') !== 'push' && textAt(event, 'action') !== 'chart_push') return undefined;
  const [host, repository] = [textAt(event, 'request', 'host'), textAt(event, 'target', 'repository')];
  return host === undefined || repository === undefined ? undefined : imageUrl(`${host}/${repository}`);
}

const readEvents = (events: readonly Json[]): Hint => {
  const urls = events.map(pushed).filter((url) => url !== undefined);
  return urls.length === 0 ? ignored('nothing was pushed') : moved(urls);
};

export const acr: Sender = { recognises: never, verify: inEither, read: (payload) => readEvents([payload]) };

/** https://distribution.github.io/distribution/about/notifications/ */
export const distribution: Sender = {
  recognises: (headers) => (headers['content-type'] ?? '').startsWith('application/vnd.docker.distribution.events'),
  verify: inEither,
  read: (payload) => readEvents(listAt(payload, 'events')),
};
