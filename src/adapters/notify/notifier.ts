/** Chooses the format by what the Channel is, and sends it. */
import type { Notifier, NotifyError, NotifyRequest, Outgoing, OutgoingMail } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { createWebClient } from '../http/index.ts';
import { alertmanager } from './alertmanager.ts';
import { discord, slack, teams } from './chat.ts';
import { commitStatus } from './commit-status.ts';
import { mail, sendMail } from './mail.ts';
import { sendHttp } from './http.ts';
import { webhook } from './webhook.ts';

export function createNotifier(): Notifier {
  const client = createWebClient();
  return {
    compose,
    send: (outgoing) => (outgoing.via === 'smtp' ? sendMail(outgoing) : sendHttp(client, outgoing)),
    close: () => client.close(),
  };
}

function compose(request: NotifyRequest): Result<Outgoing | OutgoingMail | undefined, NotifyError> {
  const { spec } = request;
  if (spec.slack !== undefined) return slack(spec.slack, request);
  if (spec.teams !== undefined) return teams(request);
  if (spec.discord !== undefined) return discord(request);
  if (spec.webhook !== undefined) return webhook(spec.webhook, request);
  if (spec.email !== undefined) return mail(spec.email, request);
  if (spec.alertmanager !== undefined) return alertmanager(spec.alertmanager, request);
  if (spec.commitStatus !== undefined) return commitStatus(spec.commitStatus, request);
  return err({ code: 'Invalid', message: 'the Channel names no receiver' });
}

/** Tells nobody: for rehearsals, which must not be heard. */
export const silentNotifier = (): Notifier => ({
  compose: () => ok(undefined),
  send: () => Promise.resolve(ok(undefined)),
  close: () => Promise.resolve(),
});
