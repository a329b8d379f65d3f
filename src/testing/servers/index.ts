/**
 * Real servers and repositories for tests.
 * In: contents. Out: paths and addresses that vanish with `remove`. Never: touches anything outside a temporary folder.
 */
export { filesServer, type FilesServer } from './web-files.ts';
export { registryServer, type RegistryServer } from './registry.ts';
export { gitFixture, type GitFixture } from './git-fixture.ts';
export { sshSigned } from './ssh-signed.table.ts';
export { senderCases, type MadeDelivery, type SenderCase } from './hook-senders.table.ts';
export { startPostgres, type TestPostgres } from './postgres.ts';
