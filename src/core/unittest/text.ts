/** How failures read. Source: helm-unittest pkg/unittest/validators/common.go. */

/** Lines of a format whose `%s` are replaced by indented texts. */
export function failInfo(
  format: string,
  texts: readonly string[],
  at: { readonly document: number; readonly value: number },
): readonly string[] {
  let next = 0;
  const text = format.replaceAll(/^[\t\n ]+|[\t\n ]+$/g, '').replaceAll('%s', () => `\t${indented(texts[next++] ?? '')}`);
  return [
    ...(at.document < 0 ? [] : [`DocumentIndex:\t${at.document}`]),
    ...(at.value < 0 ? [] : [`ValuesIndex:\t${at.value}`]),
    ...text.split('\n'),
  ];
}

const indented = (text: string): string => text.replaceAll('\n', '\n\t').replaceAll(/^[\n\t ]+|[\n\t ]+$/g, '');

const maxCells = 4_000_000;

/** A unified diff with one line of context, in one hunk. */
export function unifiedDiff(expected: string, actual: string): string {
  const a = expected.replace(/\n$/, '').split('\n');
  const b = actual.replace(/\n$/, '').split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  if (start === a.length && start === b.length) return '';
  const middle = changed(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const from = Math.max(0, start - 1);
  const before = a.slice(from, start).map((line) => ` ${line}`);
  const after = a.slice(a.length - end, a.length - end + 1).map((line) => ` ${line}`);
  const range = (lines: number): string => `${from + 1},${lines - from - end + after.length}`;
  return ['--- Expected', '+++ Actual', `@@ -${range(a.length)} +${range(b.length)} @@`, ...before, ...middle, ...after, ''].join('\n');
}

/** Removed, added and kept lines by a longest common subsequence; everything, when there is too much to compare. */
function changed(a: readonly string[], b: readonly string[]): string[] {
  if (a.length * b.length > maxCells) return [...a.map((line) => `-${line}`), ...b.map((line) => `+${line}`)];
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(` ${a[i]}`);
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)))
      lines.push(`-${a[i++]}`);
    else lines.push(`+${b[j++]}`);
  }
  return lines;
}
