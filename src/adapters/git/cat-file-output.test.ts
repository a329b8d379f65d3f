/** Chunks end anywhere, objects may be huge or missing: what comes out is always the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CatFileOutput, type GitObject } from './cat-file-output.ts';

const id = (n: number): string => n.toString(16).padStart(40, '0');

function parse(output: Buffer, cuts: readonly number[], objectSize: number): string[] {
  const found: string[] = [];
  const show = (object: GitObject | null): string =>
    object === null
      ? 'missing'
      : `${object.type} ${object.size} ${object.bytes === undefined ? '-' : Buffer.from(object.bytes).toString('hex')}`;
  const reader = new CatFileOutput({ mode: () => 'contents', found: (object) => found.push(show(object)), objectSize });
  let from = 0;
  for (const cut of cuts.map((value) => value % (output.length + 1)).toSorted((a, b) => a - b)) {
    reader.push(output.subarray(from, cut));
    from = cut;
  }
  reader.push(output.subarray(from));
  return found;
}

test('the cuts make no difference', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.constant(null)), { maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      (objects, cuts) => {
        const parts = objects.map((bytes, index) =>
          bytes === null
            ? Buffer.from(`${id(index)} missing\n`)
            : Buffer.concat([Buffer.from(`${id(index)} blob ${bytes.length}\n`), bytes, Buffer.from('\n')]),
        );
        const expected = objects.map((bytes) =>
          bytes === null ? 'missing' : `blob ${bytes.length} ${bytes.length > 40 ? '-' : Buffer.from(bytes).toString('hex')}`,
        );
        expect(parse(Buffer.concat(parts), cuts, 40)).toEqual(expected);
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});
