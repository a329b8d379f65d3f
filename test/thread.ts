/** Threads for commands that run from TypeScript sources: a thread does not inherit what reads them. */
import { Worker } from 'node:worker_threads';

/** Starts `entry` (a .ts file) with `data` as its `workerData`. */
export const startThread = (entry: URL, data: unknown): Worker =>
  new Worker(`import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(entry.href)})));`, {
    eval: true,
    workerData: data,
  });
