/**
 * Senders that speak a vocabulary of events: CDEvents, as CloudEvents in either form (https://cdevents.dev, spec 0.4: source-code-version-control.md, continuous-integration.md).
 * It says nothing of authentication: the signature of `generic`, or a secret in the address.
 */
import { type Delivery, headerOf, isPrefixed, isStandardWebhook, sameText } from './delivery.ts';
import { imageUrl } from './registry-senders.ts';
import { ignored, moved, type Sender, textAt, valueAt } from './sender.ts';

export const isSignedGenerically = (delivery: Delivery, key: string): boolean => {
  if (headerOf(delivery, 'webhook-signature') !== undefined) return isStandardWebhook(delivery, key);
  return (['sha256', 'sha512'] as const).some((algorithm) => isPrefixed(delivery, 'x-signature', { key, algorithm }));
};

const COUNTS =
  /^dev\.cdevents\.(?:change\.merged|branch\.(?:created|deleted)|repository\.(?:created|modified)|artifact\.(?:packaged|published))\./;

/** `pkg:oci/web@sha256…?repository_url=registry.example.com/shop/web`, as the purl specification has it. */
function imageOf(purl: string): string | undefined {
  const [, query = ''] = purl.split('?');
  const url = purl.startsWith('pkg:oci/') ? new URLSearchParams(query).get('repository_url') : null;
  return url === null || url === '' ? undefined : imageUrl(url);
}

export const cdevents: Sender = {
  recognises: (headers) => headers['ce-type']?.toString().startsWith('dev.cdevents.') === true,
  verify: (delivery, key) => isSignedGenerically(delivery, key) || (delivery.token !== undefined && sameText(delivery.token, key)),
  read: (payload) => {
    const event = valueAt(payload, 'data') ?? payload;
    const type = textAt(event, 'context', 'type') ?? '';
    if (!COUNTS.test(type)) return ignored(`nothing here depends on the event ${type}`);
    const id = textAt(event, 'subject', 'id') ?? '';
    const repository = valueAt(event, 'subject', 'content', 'repository');
    const [name, source] = [textAt(repository, 'id'), textAt(repository, 'source') ?? textAt(event, 'subject', 'source')];
    const joined = name === undefined || source === undefined ? undefined : `${source.replace(/\/$/, '')}/${name.replace(/^.*\//, '')}`;
    const urls = [name, joined, textAt(event, 'subject', 'content', 'url'), textAt(event, 'subject', 'content', 'viewUrl'), imageOf(id)];
    return moved(urls.filter((url) => url === undefined || /^[a-z]+:\/\/|@/.test(url)));
  },
};
