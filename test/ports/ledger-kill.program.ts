/** Writes entries into the ledger file it is given, as fast as it can, from a number on, and says what was acknowledged. Meant to be killed. */
import { writeSync } from 'node:fs';
import { sqliteLedger } from '../../src/adapters/ledger/index.ts';
import { killEvent } from './ledger-kill.events.ts';

const [file = '', first = '0'] = process.argv.slice(2);
const opened = await sqliteLedger({ file });
if (!opened.ok) throw new Error(opened.error.message);
for (let at = Number(first); ; at += 7) {
  await opened.value.append(Array.from({ length: 7 }, (_, index) => killEvent(at + index)));
  writeSync(1, `${at + 6}\n`);
}
