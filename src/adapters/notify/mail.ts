/** Mail over SMTP, through nodemailer. A header is made of nothing a stranger could add a line to: the library encodes it. */
import type { ChannelSpec } from '../../api/index.ts';
import type { NotifyError, NotifyRequest, OutgoingMail } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { cut, factsOf, only, rfc3339 } from './parts.ts';

const TIMEOUT = 20_000;

export function mail(spec: NonNullable<ChannelSpec['email']>, request: NotifyRequest): Result<OutgoingMail, NotifyError> {
  const told = only(request);
  const [host = '', port = ''] = spec.server.split(':');
  const { news } = told;
  const facts = factsOf(told).map(([name, value]) => `${name}: ${value}`);
  const text = [told.text, '', ...facts, `At: ${rfc3339(news.at)}`, ...(news.link === undefined ? [] : [news.link]), ''].join('\n');
  const [username, password, ca] = ['username', 'password', 'ca.crt'].map((name) => request.secret.get(name)?.trim());
  if (username !== undefined && spec.tls === 'none')
    return err({ code: 'Invalid', message: 'a password is not sent over a connection without TLS: set spec.email.tls' });
  return ok({
    via: 'smtp',
    host,
    port: Number(port),
    tls: spec.tls,
    from: spec.from,
    to: spec.to,
    subject: cut(told.title.replaceAll(/\s+/g, ' '), 200),
    text,
    // The same news has the same id, so that a reader's mailbox can tell a repetition.
    messageId: `<${news.id}@${news.installation}.lockstep>`,
    ...(username === undefined ? {} : { username, password: password ?? '' }),
    ...(ca === undefined ? {} : { ca }),
  });
}

export async function sendMail(message: OutgoingMail): Promise<Result<void, NotifyError>> {
  const { createTransport } = await import('nodemailer');
  const { host, port, tls, username, password = '', ca, from, to, subject, text, messageId } = message;
  const transport = createTransport({
    host,
    port,
    secure: tls === 'tls',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    connectionTimeout: TIMEOUT,
    greetingTimeout: TIMEOUT,
    socketTimeout: TIMEOUT,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(ca === undefined ? {} : { tls: { ca } }),
    ...(username === undefined ? {} : { auth: { user: username, pass: password } }),
  });
  try {
    await transport.sendMail({ from, to: [...to], subject, text, messageId, headers: { 'Auto-Submitted': 'auto-generated' } });
    return ok(undefined);
  } catch (error) {
    return err(mailError(error, message));
  } finally {
    transport.close();
  }
}

function mailError(error: unknown, { host, password }: OutgoingMail): NotifyError {
  const { responseCode = 0, code = '', message } = error as { responseCode?: number; code?: string; message: string };
  const refused = responseCode >= 500 || code === 'EAUTH' || code === 'EENVELOPE';
  const said = password === undefined || password === '' ? message : message.replaceAll(password, '***');
  return { code: refused ? 'Refused' : 'Unavailable', message: cut(`${host}: ${said.replaceAll(/\s+/g, ' ')}`, 300) };
}
