/** How much of a chart's templates its tests have run. */
import type { Chart } from '../chart/index.ts';
import { joinPath } from '../go/path/index.ts';
import { type Block, type Coverage, helmFunctions, ParseError, TemplateCache } from '../template/index.ts';

export interface CoveredFile {
  /** `templates/deployment.yaml`, below the outermost chart. */
  readonly path: string;
  readonly blocks: readonly Block[];
}

/** The templates of a chart, with those of its subcharts if they are wanted, by path. Templates without anything to run are left out. */
export function coverageOf(chart: Chart, coverage: Coverage, withSubcharts: boolean): readonly CoveredFile[] {
  const unseen = new TemplateCache(helmFunctions, coverage);
  const files: CoveredFile[] = [];
  const collect = (each: Chart, folder: string): void => {
    for (const { name, text } of each.templates) {
      const blocks = coverage.blocksOf(text) ?? parsedNow(unseen, { name, text });
      if (blocks !== undefined && blocks.length > 0) files.push({ path: joinPath([folder, name]), blocks });
    }
    for (const child of withSubcharts ? each.dependencies : []) collect(child, joinPath([folder, 'charts', child.metadata.name]));
  };
  collect(chart, '');
  return files;
}

/** A template that no test touched. One that cannot be parsed has failed elsewhere. */
function parsedNow(cache: TemplateCache, { name, text }: { readonly name: string; readonly text: string }): readonly Block[] | undefined {
  try {
    cache.get(name, text);
    return cache.coverage?.blocksOf(text);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

const ran = (blocks: readonly Block[]): number => blocks.filter(({ runs }) => runs > 0).length;

/** In per cent, of all files together; 100 when there is nothing to run. */
export function coveragePercent(files: readonly CoveredFile[]): number {
  const blocks = files.flatMap((file) => file.blocks);
  return blocks.length === 0 ? 100 : (100 * ran(blocks)) / blocks.length;
}

const mostShown = 8;

/** One line for each template: how much of it ran, and what did not, by line. */
export function coverageText(files: readonly CoveredFile[]): string {
  const rows = files.map(({ path, blocks }) => {
    const missed = blocks.filter(({ runs }) => runs === 0).map(({ line, what }) => `${line} ${what}`);
    const more = missed.length > mostShown ? [`${missed.length - mostShown} more`] : [];
    const shown = ran(blocks) === 0 ? 'nothing of it' : [...missed.slice(0, mostShown), ...more].join(', ');
    return { path, share: `${ran(blocks)}/${blocks.length}`, missed: missed.length === 0 ? '' : shown };
  });
  const width = Math.max(0, ...rows.map(({ path }) => path.length));
  const wide = Math.max(0, ...rows.map(({ share }) => share.length));
  const lines = rows.map(({ path, share, missed }) =>
    `  ${path.padEnd(width)}  ${share.padStart(wide)}${missed === '' ? '' : `  not run: ${missed}`}`.trimEnd(),
  );
  const all = files.flatMap(({ blocks }) => blocks);
  return `Coverage:    ${coveragePercent(files).toFixed(1)}% (${ran(all)} of ${all.length} blocks)\n\n${lines.map((line) => `${line}\n`).join('')}\n`;
}
