/**
 * Who a request is from and whether they may. In: headers, roles in the store. Out: users, refusals, certificates, tokens. Never: handles a request.
 */
export { RbacAuthorizer, StoredRoles } from './authorizer.ts';
export { type CertificateFiles, issueCertificates } from './certificates.ts';
export { actingUser } from './impersonation.ts';
export { adminUser, anonymous, type ServiceAccountToken, Tokens, type TokenSecrets } from './tokens.ts';
