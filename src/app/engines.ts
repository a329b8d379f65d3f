/** Runs an engine of the core on a folder of this machine: files, time, randomness and keys are the machine's own. */
import { openDirectory, type FilesError } from '../adapters/files/index.ts';
import { generatePrivateKey, systemRandom } from '../adapters/system/index.ts';
import type { Ask } from '../core/ask/index.ts';
import { answer, composeAnswerer } from '../runtime/index.ts';
import type { Result } from '../std/index.ts';

/** Runs `engine` over the folder `root`, which is the source with the empty name. Nothing outside it is read, no cluster is asked. */
export async function runOnFolder<T>(root: string, engine: (ask: Ask) => T): Promise<Result<T, FilesError>> {
  const tree = openDirectory(root);
  const random = systemRandom();
  const answerer = composeAnswerer<FilesError>({
    tree: (source) => (source === '' ? tree : undefined),
    now: Date.now(),
    randomBytes: ({ length }) => random.bytes(length),
    privateKey: ({ algorithm, bits }) => generatePrivateKey(algorithm, bits),
  });
  const answered = await answer(engine, answerer);
  return answered.ok ? { ok: true, value: answered.value.value } : answered;
}
