/** Ownership. */
export * from './updater.ts';
