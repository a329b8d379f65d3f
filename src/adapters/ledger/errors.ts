/** Why a ledger cannot be opened. */
export interface LedgerError {
  readonly code: 'InUse' | 'Unreadable';
  readonly message: string;
}
