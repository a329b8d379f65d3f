/**
 * Shamir's secret sharing byte by byte over GF(2^8), polynomial 0x11B, as SOPS splits a data key over groups of keys.
 * A share is the values at x, then x itself; the shares' x are 1, 2, 3 … Source: sops shamir/shamir.go.
 */
import { SecretsFailure } from '../failure.ts';

/** Without branches that depend on secrets. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let i = 7; i >= 0; i--) product = (-((b >> i) & 1) & a) ^ (-(product >> 7) & 0x1b) ^ ((product << 1) & 0xff);
  return product;
}

/** a^254 is the inverse of a. */
function inverse(a: number): number {
  let result = 1;
  let power = a;
  for (let i = 1; i < 8; i++) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
}

export interface Split {
  readonly parts: number;
  readonly threshold: number;
  /** Random bytes for the polynomials: (threshold - 1) for every byte of the secret. */
  readonly randomBytes: (length: number) => Uint8Array;
}

/** Shares of which any `threshold` give the secret back. @throws SecretsFailure */
export function splitSecret(secret: Uint8Array, { parts, threshold, randomBytes }: Split): readonly Uint8Array[] {
  if (threshold < 2) throw new SecretsFailure('InvalidKey', 'the Shamir threshold must be at least 2');
  if (threshold > parts)
    throw new SecretsFailure('InvalidKey', `the Shamir threshold is ${threshold}, but there are only ${parts} key groups`);
  if (parts > 255) throw new SecretsFailure('InvalidKey', 'there are more than 255 key groups');
  const shares = Array.from({ length: parts }, () => new Uint8Array(secret.length + 1));
  shares.forEach((share, i) => (share[secret.length] = i + 1));
  secret.forEach((byte, at) => {
    const coefficients = [byte, ...randomBytes(threshold - 1)];
    shares.forEach((share, i) => {
      share[at] = coefficients.reduceRight((sum, coefficient) => multiply(sum, i + 1) ^ coefficient, 0);
    });
  });
  return shares;
}

/** The secret of enough shares; too few give something else. @throws SecretsFailure */
export function combineShares(shares: readonly Uint8Array[]): Uint8Array {
  const length = (shares[0]?.length ?? 0) - 1;
  if (shares.length < 2 || length < 1 || shares.some((share) => share.length !== length + 1))
    throw new SecretsFailure('CannotDecrypt', 'the shares of the data key do not fit together');
  const xs = shares.map((share) => share[length] as number);
  if (new Set(xs).size !== xs.length || xs.includes(0))
    throw new SecretsFailure('CannotDecrypt', 'two key groups hold the same share of the data key');
  const weights = xs.map((x, i) =>
    xs.reduce((product, other, j) => (i === j ? product : multiply(product, multiply(other, inverse(x ^ other)))), 1),
  );
  return Uint8Array.from({ length }, (_, at) =>
    shares.reduce((sum, share, i) => sum ^ multiply(share[at] as number, weights[i] as number), 0),
  );
}
