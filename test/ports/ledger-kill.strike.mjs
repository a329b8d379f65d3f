/**
 * Preloaded into the process that writes the ledger: it dies at the write to the file whose number LEDGER_STRIKE says. Only the thread of SQLite writes
 * with `writeSync` and a position.
 */
import fs from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const strike = Number(process.env['LEDGER_STRIKE']);
const write = fs.writeSync;
let writes = 0;

if (!isMainThread)
  fs.writeSync = (...args) => {
    writes += 1;
    if (writes === strike) {
      process.kill(process.pid, 'SIGKILL');
      // Nothing is written any more until the signal arrives.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    }
    return write(...args);
  };
