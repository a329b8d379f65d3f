/**
 * The journal on disk: one append-only file with one writer. A record is written before the change takes effect and before it is answered, so the
 * end of the process at any instant loses nothing that was acknowledged; a torn last record is dropped on the next start. When most of the file is
 * history, it is rewritten beside the old one and swapped in by a rename.
 *
 * File: 8 bytes of magic, then records: length (u32), checksum of the rest (u32, CRC-32), operation (u8), revision (f64), lengths of table and key
 * (u16 each), table, key, bytes of the object. Little endian.
 */
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Entry } from './entry.ts';
import type { Journal, Loaded } from './store.ts';

const MAGIC = Buffer.from('LKJRNL1\n');
const HEADER = 8;
const FIXED = 1 + 8 + 2 + 2;
const PUT = 1;
const REMOVE = 2;
/** Only says how far the revision counter is. */
const MARK = 3;
/** A file smaller than this is never rewritten. */
const MIN_REWRITE = 16 * 1024 * 1024;
const LARGEST = 64 * 1024 * 1024;

interface Row {
  readonly revision: number;
  readonly bytes: Buffer;
}

type Tables = Map<string, Map<string, Row>>;

interface Rec {
  readonly op: number;
  readonly revision: number;
  readonly table: string;
  readonly key: string;
  /** The object: bytes, or text that is written as UTF-8. */
  readonly content?: Buffer | string;
}

/** Bytes that hold a text for sure; those of a long one are counted. */
const roomFor = (content: Buffer | string): number =>
  typeof content !== 'string' ? content.length : content.length < 65_536 ? content.length * 3 : Buffer.byteLength(content);

/** Writes records into memory that is used again and again: a record is on disk, or copied, before the next one is made. */
class RecordWriter {
  #memory = Buffer.allocUnsafeSlow(64 * 1024);

  /** The record, until the next call. */
  encode({ op, revision, table, key, content = '' }: Rec): Buffer {
    const most = HEADER + FIXED + 3 * (table.length + key.length) + roomFor(content);
    if (most > this.#memory.length) this.#memory = Buffer.allocUnsafeSlow(most * 2);
    const memory = this.#memory;
    let at = HEADER + FIXED;
    const tableSize = memory.write(table, at, 'utf8');
    at += tableSize;
    const keySize = memory.write(key, at, 'utf8');
    at += keySize;
    at += typeof content === 'string' ? memory.write(content, at, 'utf8') : content.copy(memory, at);
    memory.writeUInt8(op, HEADER);
    memory.writeDoubleLE(revision, HEADER + 1);
    memory.writeUInt16LE(tableSize, HEADER + 9);
    memory.writeUInt16LE(keySize, HEADER + 11);
    memory.writeUInt32LE(at - HEADER, 0);
    memory.writeUInt32LE(crc32(memory.subarray(HEADER, at)), 4);
    return memory.subarray(0, at);
  }
}

/** About as long as the record of an object. */
const sizeOf = (table: string, key: string, size: number): number => HEADER + FIXED + table.length + key.length + size;

interface Decoded {
  readonly op: number;
  readonly revision: number;
  readonly table: string;
  readonly key: string;
  readonly bytes: Buffer;
}

/** Reads one record at `at`; undefined when it is torn or damaged. */
function decode(file: Buffer, at: number): { readonly record: Decoded; readonly end: number } | undefined {
  if (at + HEADER > file.length) return undefined;
  const size = file.readUInt32LE(at);
  const start = at + HEADER;
  if (size < FIXED || size > LARGEST || start + size > file.length) return undefined;
  const body = file.subarray(start, start + size);
  if (crc32(body) !== file.readUInt32LE(at + 4)) return undefined;
  const tableSize = body.readUInt16LE(9);
  const keySize = body.readUInt16LE(11);
  const key = FIXED + tableSize;
  const record = {
    op: body.readUInt8(0),
    revision: body.readDoubleLE(1),
    table: body.toString('utf8', FIXED, key),
    key: body.toString('utf8', key, key + keySize),
    bytes: body.subarray(key + keySize),
  };
  return { record, end: start + size };
}

function apply(tables: Tables, record: Decoded): void {
  const table = tables.get(record.table) ?? new Map<string, Row>();
  tables.set(record.table, table);
  if (record.op === PUT) table.set(record.key, { revision: record.revision, bytes: record.bytes });
  else if (record.op === REMOVE) table.delete(record.key);
}

export interface OpenedJournal {
  readonly journal: FileJournal;
  readonly loaded: Loaded | undefined;
  /** Bytes of a torn end that were dropped. */
  readonly dropped: number;
}

export class FileJournal implements Journal {
  readonly #path: string;
  readonly #fsync: boolean;
  readonly #records = new RecordWriter();
  #descriptor: number;
  #size: number;
  /** Bytes that would remain after a rewrite. */
  #live = 0;
  /** The size below which no rewrite is begun: more after one that failed. */
  #rewriteFrom = MIN_REWRITE;
  #rewriting: { readonly descriptor: number; size: number } | undefined;
  #syncing: Promise<void> | undefined;
  #dirty = false;
  #snapshot: (() => Iterable<{ readonly table: string; readonly entry: Entry }>) | undefined;
  #revision = 1;

  private constructor(path: string, opened: { readonly descriptor: number; readonly size: number; readonly fsync: boolean }) {
    this.#path = path;
    this.#descriptor = opened.descriptor;
    this.#size = opened.size;
    this.#fsync = opened.fsync;
  }

  /** Opens the journal of a folder and reads what it holds. */
  static open(folder: string, fsync: boolean): OpenedJournal {
    const path = join(folder, 'journal');
    const file = readIfThere(path);
    const tables: Tables = new Map();
    let at = MAGIC.length;
    let revision = 1;
    if (file !== undefined && file.length >= MAGIC.length && !file.subarray(0, MAGIC.length).equals(MAGIC))
      throw new Error(`${path} is not a journal of this program`);
    for (let next = file === undefined ? undefined : decode(file, at); next !== undefined && file !== undefined; next = decode(file, at)) {
      apply(tables, next.record);
      revision = Math.max(revision, next.record.revision);
      at = next.end;
    }
    const fresh = file === undefined || file.length < MAGIC.length;
    const descriptor = openSync(path, fresh ? 'w' : 'r+', 0o600);
    if (fresh) writeSync(descriptor, MAGIC, 0, MAGIC.length, 0);
    else ftruncateSync(descriptor, at);
    const journal = new FileJournal(path, { descriptor, size: fresh ? MAGIC.length : at, fsync });
    journal.#revision = revision;
    for (const [table, rows] of tables) for (const [key, row] of rows) journal.#live += sizeOf(table, key, row.bytes.length);
    return { journal, loaded: fresh ? undefined : { revision, tables }, dropped: fresh ? 0 : (file?.length ?? 0) - at };
  }

  /** Where a rewrite finds everything that is there. */
  attach(snapshot: () => Iterable<{ readonly table: string; readonly entry: Entry }>): void {
    this.#snapshot = snapshot;
  }

  put(table: string, entry: Entry, previous: Entry | undefined): void {
    const record = this.#records.encode({ op: PUT, revision: entry.revision, table, key: entry.key, content: entry.content });
    this.#append(record, entry.revision);
    this.#live += record.length - (previous === undefined ? 0 : sizeOf(table, previous.key, previous.size));
    this.#maybeRewrite();
  }

  remove(table: string, previous: Entry, revision: number): void {
    this.#append(this.#records.encode({ op: REMOVE, revision, table, key: previous.key }), revision);
    this.#live -= sizeOf(table, previous.key, previous.size);
  }

  synced(): Promise<void> {
    if (!this.#fsync || !this.#dirty) return this.#syncing ?? Promise.resolve();
    // One flush serves everybody who came before it began; those who come during it wait for the next.
    if (this.#syncing !== undefined) return this.#syncing.then(() => this.synced());
    this.#dirty = false;
    this.#syncing = new Promise<void>((resolve, reject) => {
      fdatasync(this.#descriptor, (error) => {
        this.#syncing = undefined;
        if (error === null) resolve();
        else reject(error);
      });
    });
    return this.#syncing;
  }

  async close(): Promise<void> {
    if (this.#rewriting !== undefined) closeSync(this.#rewriting.descriptor);
    this.#rewriting = undefined;
    await this.#syncing;
    fdatasyncSync(this.#descriptor);
    closeSync(this.#descriptor);
  }

  /** A write that fails half-way is cut off again, so that later records stay readable. */
  #append(record: Buffer, revision: number): void {
    let written = 0;
    try {
      while (written < record.length)
        written += writeSync(this.#descriptor, record, written, record.length - written, this.#size + written);
    } catch (error) {
      if (written > 0) ftruncateSync(this.#descriptor, this.#size);
      throw error;
    }
    this.#size += record.length;
    this.#revision = revision;
    this.#dirty = true;
    const target = this.#rewriting;
    if (target !== undefined) this.#rewriteStep(() => this.#write(target, [record]));
  }

  /** A rewrite only saves space. What goes wrong with it (a full disk) ends it and nothing else: the change at hand is stored already. */
  #rewriteStep(step: () => void): void {
    try {
      step();
    } catch {
      this.#abandonRewrite();
    }
  }

  #abandonRewrite(): void {
    const target = this.#rewriting;
    this.#rewriting = undefined;
    this.#rewriteFrom = this.#size + MIN_REWRITE;
    if (target !== undefined) closeSync(target.descriptor);
    rmSync(`${this.#path}.new`, { force: true });
  }

  #maybeRewrite(): void {
    if (this.#rewriting !== undefined || this.#snapshot === undefined) return;
    if (this.#size < this.#rewriteFrom || this.#size < this.#live * 3) return;
    const entries = this.#snapshot()[Symbol.iterator]();
    this.#rewriteStep(() => {
      const target = { descriptor: openSync(`${this.#path}.new`, 'w', 0o600), size: 0 };
      this.#rewriting = target;
      this.#write(target, [MAGIC]);
      this.#rewritePart(entries);
    });
  }

  /**
   * Copies some entries and lets requests in between. Changes made meanwhile go to both files in the order in which they happen, so whatever the
   * copy meets is either older than its own record in the new file or the present state.
   */
  #rewritePart(entries: Iterator<{ readonly table: string; readonly entry: Entry }>): void {
    const target = this.#rewriting;
    if (target === undefined) return;
    const parts: Buffer[] = [];
    for (let left = 500; left > 0; left--) {
      const next = entries.next();
      if (next.done === true) {
        this.#write(target, parts);
        this.#finishRewrite(target);
        return;
      }
      const { table, entry } = next.value;
      parts.push(Buffer.from(this.#records.encode({ op: PUT, revision: entry.revision, table, key: entry.key, content: entry.content })));
    }
    this.#write(target, parts);
    setImmediate(() => this.#rewriteStep(() => this.#rewritePart(entries)));
  }

  #write(target: { readonly descriptor: number; size: number }, parts: readonly Buffer[]): void {
    const bytes = Buffer.concat(parts);
    for (let written = 0; written < bytes.length;)
      written += writeSync(target.descriptor, bytes, written, bytes.length - written, target.size + written);
    target.size += bytes.length;
  }

  #finishRewrite(target: { readonly descriptor: number; size: number }): void {
    this.#write(target, [this.#records.encode({ op: MARK, revision: this.#revision, table: '', key: '' })]);
    fsyncSync(target.descriptor);
    renameSync(`${this.#path}.new`, this.#path);
    const old = this.#descriptor;
    this.#descriptor = target.descriptor;
    this.#size = target.size;
    this.#rewriteFrom = MIN_REWRITE;
    this.#rewriting = undefined;
    closeSync(old);
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
