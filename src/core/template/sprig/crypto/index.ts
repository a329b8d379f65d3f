/**
 * Certificates, keys, passwords, ciphers.
 * In: PEM texts, random bytes, a moment. Out: PEM texts, digests. Never: makes randomness or keys itself; they are asked for by the caller.
 */
export { issueCertificate, type CertificateRequest, parseCertificate } from './certificate.ts';
export { derivePassword } from './password.ts';
export { decodePem, encodePem } from './pem.ts';
export { parsePrivateKey, type PrivateKey, traditionalPem } from './keys.ts';
