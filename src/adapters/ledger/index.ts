/**
 * The append-only history: in memory, in one SQLite file, or in PostgreSQL.
 * In: events with deterministic ids. Out: the port Ledger. Never: changes what was written.
 */
export { memoryLedger } from './memory.ts';
export { sqliteLedger } from './sqlite.ts';
export { postgresLedger } from './postgres.ts';
export type { LedgerError } from './errors.ts';
