/** PEM blocks. Source: RFC 7468, Go encoding/pem. */
import { base64 } from '../base.ts';

export interface PemBlock {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The first block of a text; undefined when there is none. */
export function decodePem(text: string): PemBlock | undefined {
  const match = /(?:^|\n)-----BEGIN ([^\n-]+)-----\r?\n([\s\S]*?)\n-----END \1-----/.exec(text);
  if (match === null) return undefined;
  const [, type = '', body = ''] = match;
  const payload = /^[\w-]+: /.test(body) ? body.slice(body.indexOf('\n\n') + 2) : body;
  const bytes = base64.decode(payload.replaceAll(/[ \t]/g, ''));
  return typeof bytes === 'string' ? undefined : { type, bytes };
}

/** A block with lines of 64 characters. */
export function encodePem({ type, bytes }: PemBlock): string {
  const lines = base64.encode(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${type}-----\n${lines.map((line) => `${line}\n`).join('')}-----END ${type}-----\n`;
}
