/** Passwords as they are kept: scrypt, with a salt of their own, in one line that says how it was made. */
import { scrypt, timingSafeEqual } from 'node:crypto';

interface Cost {
  /** Base-2 logarithm of N. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MB and about 100 ms a try, off the event loop. */
const COST: Cost = { ln: 15, r: 8, p: 1 };
const LENGTH = 32;
const LINE = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]{16,64})\$([\w-]{43})$/;

function derive(password: string, salt: Uint8Array, { ln, r, p }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N: 2 ** ln, r, p, maxmem: 256 * 2 ** ln * r };
    scrypt(password.normalize('NFKC'), salt, LENGTH, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

/** `salt`: 16 random bytes. */
export async function hashPassword(password: string, salt: Uint8Array): Promise<string> {
  const key = await derive(password, salt, COST);
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${Buffer.from(salt).toString('base64url')}$${key.toString('base64url')}`;
}

/** False also for a line that is none, after the same time as for a wrong password. */
export async function checkPassword(password: string, line: string): Promise<boolean> {
  const [, ln = '', r = '', p = '', salt = '', wanted = ''] = LINE.exec(line) ?? [];
  const cost: Cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  // What somebody else wrote must not make one try cost gigabytes.
  const known = wanted !== '' && cost.ln >= 10 && cost.ln <= 17 && cost.r >= 1 && cost.r <= 16 && cost.p >= 1 && cost.p <= 4;
  const key = await derive(password, Buffer.from(salt, 'base64url'), known ? cost : COST);
  return known && timingSafeEqual(key, Buffer.from(wanted, 'base64url'));
}
