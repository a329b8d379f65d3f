/** The certificate to seal with: a file, a URL, or that of the cluster. Source: sealed-secrets pkg/kubeseal/kubeseal.go, OpenCert, ParseKey. */
import { X509Certificate } from 'node:crypto';
import { systemClock } from '../../adapters/system/index.ts';
import { decodeUtf8 } from '../../std/index.ts';
import { CommandError } from '../errors.ts';
import type { Io } from '../io.ts';
import { isWebUrl, webText } from '../web-text.ts';
import { readUserFile } from './keyring.ts';

/** @throws CommandError naming the file or URL */
export async function certificateAt(place: string, io: Io): Promise<string> {
  const text = isWebUrl(place) ? await webText(place) : decodeUtf8(await readUserFile(io, place));
  if (!text.includes('CERTIFICATE')) return text;
  checkValid(text, place);
  return text;
}

/** What is sealed with an expired certificate may be for a key that nobody has any more. */
function checkValid(pem: string, place: string): void {
  let until: string;
  try {
    until = new X509Certificate(pem).validTo;
  } catch {
    throw new CommandError(`${place}: no readable PEM certificate`);
  }
  if (Date.parse(until) < systemClock().now())
    throw new CommandError(
      `${place}: the certificate expired on ${new Date(until).toISOString().slice(0, 10)}`,
      'fetch the newest one: lockstep seal --fetch-cert',
    );
}
