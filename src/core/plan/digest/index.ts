/** Digests of JSON values. In: JSON. Out: canonical text, sha256, keyed fingerprints. Never: keeps a value. */
export { canonical, digestOf, keyedDigestOf, objectDigest } from './digest.ts';
