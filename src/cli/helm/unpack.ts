/** Archives unpacked into a folder, for commands that look at files. Source: Helm 4 pkg/chart/v2/util/expand.go. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unpackChart } from '../../app/index.ts';

/** The chart's name, which is the folder's; or why there is none. Paths that leave the folder were refused when the archive was read. */
export async function unpackInto(
  folder: string,
  archive: string,
  shown: string,
): Promise<{ readonly name: string } | { readonly error: string }> {
  const bytes = await readFile(archive).catch(() => undefined);
  if (bytes === undefined) return { error: `unable to open tarball: open ${shown}: no such file or directory` };
  const unpacked = unpackChart(bytes);
  if (!unpacked.ok) return { error: `unable to extract tarball: ${unpacked.error}` };
  const { name, files } = unpacked.value;
  for (const file of files) {
    const path = join(folder, name, file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.bytes);
  }
  return { name };
}
