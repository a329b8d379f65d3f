/**
 * The append-only history: in memory, or in one SQLite file.
 * In: events with deterministic ids. Out: the port Ledger. Never: changes or removes what was written.
 */
export { memoryLedger } from './memory.ts';
export { sqliteLedger, type LedgerError } from './sqlite.ts';
