/** Takes a signed object apart into what was signed and the signature (Git: commit.c parse_signed_commit, gpg-interface.c parse_signature). */
export interface Signed {
  readonly payload: Uint8Array;
  /** Armored. */
  readonly signature: string | undefined;
}

const lineEnd = 0x0a;

/** The signature of a commit is a header; the payload is everything else. */
export function splitCommit(bytes: Uint8Array): Signed {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const payload: Buffer[] = [];
  const signature: string[] = [];
  let inside: 'signature' | 'other' | undefined;
  for (let at = 0; at < buffer.length;) {
    const found = buffer.indexOf(lineEnd, at);
    const end = found < 0 ? buffer.length : found + 1;
    const line = buffer.subarray(at, end);
    // An empty line ends the headers; the message is signed as it is.
    if (line.length === 1 && line[0] === lineEnd) {
      payload.push(buffer.subarray(at));
      break;
    }
    const text = line.toString('latin1');
    if (!text.startsWith(' ')) inside = text.startsWith('gpgsig ') ? 'signature' : text.startsWith('gpgsig-') ? 'other' : undefined;
    if (inside === undefined) payload.push(line);
    else if (inside === 'signature') signature.push(text.replace(/^(gpgsig)? /, ''));
    at = end;
  }
  return { payload: Buffer.concat(payload), signature: signature.length === 0 ? undefined : signature.join('') };
}

const marks = [
  '-----BEGIN SSH SIGNATURE-----',
  '-----BEGIN PGP SIGNATURE-----',
  '-----BEGIN PGP MESSAGE-----',
  '-----BEGIN SIGNED MESSAGE-----',
];

/** The signature of a tag is the end of its message, from the last line that begins one. */
export function splitTag(bytes: Uint8Array): Signed {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = marks.map((mark) => (buffer.indexOf(mark) === 0 ? 0 : buffer.lastIndexOf(`\n${mark}`) + 1)).filter((at) => at > 0);
  const start = Math.max(-1, ...starts);
  if (start < 0) return { payload: buffer, signature: undefined };
  return { payload: buffer.subarray(0, start), signature: buffer.toString('latin1', start) };
}
