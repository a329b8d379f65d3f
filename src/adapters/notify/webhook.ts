/** The body Flux's receivers know, signed as Flux does (`X-Signature`) and by Standard Webhooks, whose id lets a receiver drop what it has seen. */
import { createHmac } from 'node:crypto';
import type { ChannelSpec } from '../../api/index.ts';
import type { NotifyError, NotifyRequest, Outgoing } from '../../ports/index.ts';
import { ok, type Result } from '../../std/index.ts';
import { JSON_HEADERS, only, rfc3339 } from './parts.ts';

export function webhook({ url }: NonNullable<ChannelSpec['webhook']>, request: NotifyRequest): Result<Outgoing, NotifyError> {
  const { news, title, text } = only(request);
  const { kind, namespace, name, uid, revision, actor, repository, link } = news;
  const optional = { revision, actor, repository, link };
  const body = JSON.stringify({
    id: news.id,
    involvedObject: { apiVersion: kind === 'Secret' ? 'v1' : 'lockstep.dev/v1', kind, namespace, name, uid },
    severity: news.severity,
    timestamp: rfc3339(news.at),
    reason: news.type,
    message: news.message,
    title,
    text,
    metadata: Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    reportingController: 'lockstep',
    reportingInstance: news.installation,
  });
  const [key, token] = [request.secret.get('key'), request.secret.get('token')];
  const headers = { ...JSON_HEADERS, ...(key === undefined ? {} : signatures(key, { id: news.id, now: request.now, body })) };
  return ok({ via: 'http', url, headers: token === undefined ? headers : { ...headers, authorization: `Bearer ${token.trim()}` }, body });
}

function signatures(key: string, { id, now, body }: { id: string; now: number; body: string }): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000));
  const secret = key.startsWith('whsec_') ? Buffer.from(key.slice(6), 'base64') : key;
  return {
    'x-signature': `sha256=${createHmac('sha256', key).update(body).digest('hex')}`,
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  };
}
