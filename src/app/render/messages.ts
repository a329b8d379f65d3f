/** What the controllers and the threads that render say to each other. Everything is plain data; files travel as their bytes. */
import type { BuildInput, Built, RenderedObject } from '../../controllers/index.ts';
import type { ChartLimits } from '../../core/chart/index.ts';
import { fileFound, type FileAnswer, type Request } from '../../core/ask/index.ts';
import type { Answer } from '../../runtime/index.ts';

/** What a thread is started with. */
export interface WorkerSettings {
  /** What one render of a chart may spend; absent: the defaults. */
  readonly chart?: ChartLimits | undefined;
}

/** `id` names one render. `more` asks for the next objects, so that a large result arrives in pieces. */
export type ToWorker =
  | { readonly kind: 'build'; readonly id: number; readonly input: BuildInput }
  | { readonly kind: 'facts'; readonly id: number; readonly requests: readonly Request[]; readonly answers: readonly Answer[] }
  | { readonly kind: 'more'; readonly id: number }
  | { readonly kind: 'forget'; readonly id: number };

export type FromWorker =
  /** The thread is busy with this render from now on. */
  | { readonly kind: 'step'; readonly id: number }
  | { readonly kind: 'need'; readonly id: number; readonly requests: readonly Request[] }
  | ({ readonly kind: 'built'; readonly id: number; readonly used: readonly Request[] } & Omit<Built, 'value'>)
  | { readonly kind: 'objects'; readonly id: number; readonly objects: readonly RenderedObject[]; readonly last: boolean }
  /** A bug of an engine. */
  | { readonly kind: 'threw'; readonly id: number; readonly message: string };

/** An answer that can be sent, and the buffers that go along without being copied again. */
export function packAnswer(answer: Answer, transfer: ArrayBuffer[]): Answer {
  if (!isFile(answer)) return answer;
  // A copy of its own: what was read lies within a larger buffer.
  const bytes = new Uint8Array(answer.bytes);
  transfer.push(bytes.buffer);
  return { found: 'file', id: answer.id, bytes } as Answer;
}

export const unpackAnswer = (answer: Answer): Answer => (isFile(answer) ? fileFound(answer.id, answer.bytes) : answer);

const isFile = (answer: Answer): answer is Extract<FileAnswer, { found: 'file' }> =>
  typeof answer === 'object' && answer !== null && 'found' in answer && answer.found === 'file';

/** Objects in pieces of about this many bytes: one is read in a few milliseconds. */
const pieceSize = 200_000;

export function piecesOf(objects: readonly RenderedObject[]): readonly (readonly RenderedObject[])[] {
  const pieces: RenderedObject[][] = [[]];
  let size = 0;
  for (const object of objects) {
    size += weightOf(object);
    pieces.at(-1)?.push(object);
    if (size < pieceSize) continue;
    pieces.push([]);
    size = 0;
  }
  return pieces;
}

/** Roughly the bytes of a value as it travels. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return 8 + value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let weight = 8;
  for (const [key, inner] of Object.entries(value)) weight += key.length + weightOf(inner);
  return weight;
}
