/** Plain text tables, aligned by display width. */
import stringWidth from 'string-width';

const GAP = '   ';

/** Lines without trailing blanks; the last column is never padded. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => stringWidth(line[column] ?? ''))));
  return lines.map((line) => `${formatLine(line, widths)}\n`).join('');
}

function formatLine(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - stringWidth(cell))))
    .join(GAP)
    .trimEnd();
}

/** Cuts `text` to `width` columns and marks the cut. */
export function truncate(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = text.slice(0, Math.max(0, width - 1));
  while (cut !== '' && stringWidth(cut) > width - 1) cut = cut.slice(0, -1);
  return `${cut}…`;
}

/** Kubernetes' short ages: `7s`, `3m12s`, `5h`, `2d`. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}
