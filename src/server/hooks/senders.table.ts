/** Every sender by the word that names it in `webhook.sender`. The order decides who is recognised: those that imitate others come first. */
import type { SenderName } from '../../api/index.ts';
import type { IncomingHttpHeaders } from 'node:http';
import { cdevents, isSignedGenerically } from './event-senders.ts';
import { bitbucket, gitea, github, gitlab } from './git-senders.ts';
import { acr, distribution, dockerhub, harbor, nexus, quay } from './registry-senders.ts';
import { moved, type Sender, textAt } from './sender.ts';

/** `X-Signature: sha256=<hex>` (or sha512) over the body, or Standard Webhooks. The body may name what moved, or be empty. */
const generic: Sender = {
  recognises: (headers) => headers['x-signature'] !== undefined || headers['webhook-signature'] !== undefined,
  verify: isSignedGenerically,
  repeatsAfter: 10_000,
  read: (payload) => moved([textAt(payload, 'url'), textAt(payload, 'repository', 'url'), textAt(payload, 'repository')]),
};

const senders: Readonly<Record<SenderName, Sender>> = {
  gitea,
  github,
  gitlab,
  bitbucket,
  nexus,
  distribution,
  dockerhub,
  harbor,
  quay,
  acr,
  cdevents,
  generic,
};

/** The sender that is configured, or the one whose headers these are. */
export function senderOf(headers: IncomingHttpHeaders, configured?: SenderName): Sender | undefined {
  return configured === undefined ? Object.values(senders).find((sender) => sender.recognises(headers)) : senders[configured];
}
