/** The matrix platform teams think in: applications down, environments or clusters across, problems first. */
import { memo, useCallback, useMemo, type CSSProperties, type JSX } from 'react';
import { Link } from 'wouter';
import type { AppRow, Level, MatrixPage, MatrixRow } from '../../../../src/api/http/index.ts';
import { usePages } from '../../data/use-pages.ts';
import { appPath, usePlace } from '../../data/place.ts';
import { topicOf, type Query } from '../../data/routes.ts';
import { levels, LEVEL_ORDER, plural, rowMark } from '../../data/words.ts';
import { Empty, Skeleton } from '../../parts/empty.tsx';
import { StatusMark } from '../../parts/status.tsx';
import { VirtualRows } from '../../parts/virtual.tsx';
import type { Filters } from './filters.ts';
import { NoApps } from './no-apps.tsx';
import { usePhone } from '../../parts/phone.ts';

type Column = MatrixPage['columns'][number];
type Group = MatrixPage['groups'][number];
type Line = { readonly key: string; readonly group: Group } | { readonly key: string; readonly row: MatrixRow };

const ROW = 44;
const ROW_PHONE = 76;
const GROUP = 40;

export function Matrix({ filters }: { readonly filters: Filters }): JSX.Element {
  const place = usePlace();
  const query: Query<'matrix'> = {
    ...filters,
    group: place.get('group'),
    columns: place.get('columns') === 'cluster' ? 'cluster' : 'environment',
    limit: 100,
  };
  const pages = usePages<MatrixRow>((cursor) => topicOf('matrix', { query: { ...query, cursor } }), topicOf('matrix', { query }));
  const columns = (pages.meta['columns'] ?? []) as readonly Column[];
  const groups = (pages.meta['groups'] ?? []) as readonly Group[];
  const lines = useMemo(() => linesOf(pages.items, groups), [pages.items, groups]);
  const phone = usePhone();
  const missing = Math.max(0, pages.total - pages.items.length);
  const heightAt = useCallback(
    (index: number) => (lines[index] !== undefined && 'group' in lines[index] ? GROUP : phone ? ROW_PHONE : ROW),
    [lines, phone],
  );
  if (pages.state === 'failed')
    return (
      <Empty mark="failed" title={pages.error?.message ?? 'The matrix could not be read'}>
        {pages.error?.hint}
      </Empty>
    );
  if (pages.state === 'loading') return <Skeleton lines={10} />;
  if (pages.total === 0) return <NoApps filters={filters} />;
  return (
    <div
      className="matrix"
      role="table"
      aria-label="Apps by environment"
      aria-rowcount={pages.total}
      style={{ '--columns': columns.length } as CSSProperties}
    >
      <div className="matrix-head" role="row">
        <span role="columnheader">App</span>
        {columns.map((column) => (
          <span key={column.key} role="columnheader" className="clip" title={column.key}>
            <i className={`dot tone-${levels[column.level].tone}`} aria-hidden="true" /> {column.key || 'here'}{' '}
            <span className="muted num">{column.apps.toLocaleString('en')}</span>
          </span>
        ))}
      </div>
      <VirtualRows
        count={lines.length + missing}
        heightAt={heightAt}
        keyAt={(index) => lines[index]?.key ?? `missing ${index}`}
        onRange={pages.show}
        shape={`${phone} ${lines.length}`}
        render={(index) => {
          const line = lines[index];
          if (line === undefined) return <div className="matrix-row skeleton-row" role="row" aria-busy="true" />;
          return 'group' in line ? <GroupLine group={line.group} /> : <RowLine row={line.row} columns={columns} />;
        }}
      />
    </div>
  );
}

/** Rows with a line before each group. A row that moved between two live pages is shown once. */
function linesOf(rows: readonly MatrixRow[], groups: readonly Group[]): readonly Line[] {
  const byKey = new Map(groups.map((group) => [group.key, group]));
  const seen = new Set<string>();
  const lines: Line[] = [];
  let current: string | undefined;
  for (const row of rows) {
    if (seen.has(row.key)) continue;
    seen.add(row.key);
    const group = byKey.get(row.group);
    if (groups.length > 1 && row.group !== current && group !== undefined) lines.push({ key: `group ${row.group}`, group });
    current = row.group;
    lines.push({ key: row.key, row });
  }
  return lines;
}

function GroupLine({ group }: { readonly group: Group }): JSX.Element {
  return (
    <div className="matrix-group" role="row">
      <span role="cell">
        <strong>{group.key || 'Without'}</strong> <span className="muted">{plural(group.rows, 'application')}</span>
        {LEVEL_ORDER.filter((level): level is Exclude<Level, 'fine'> => level !== 'fine' && group.counts[level] > 0).map((level) => (
          <span key={level} className={`group-count tone-${levels[level].tone}`}>
            <StatusMark mark={levels[level].mark} size={12} /> {group.counts[level]} {levels[level].counted}
          </span>
        ))}
      </span>
    </div>
  );
}

const RowLine = memo(function RowLine({ row, columns }: { readonly row: MatrixRow; readonly columns: readonly Column[] }): JSX.Element {
  return (
    <div className={`matrix-row level-${row.level}`} role="row">
      <span role="rowheader" className="matrix-title clip" title={row.title}>
        {row.title}
      </span>
      {columns.map(({ key }) => (
        <span key={key} role="cell" className="matrix-cell" data-column={key}>
          {(row.cells[key] ?? []).slice(0, 3).map((app) => (
            <Cell key={app.key} app={app} column={key} />
          ))}
          {(row.cells[key]?.length ?? 0) > 3 ? <span className="muted">+{(row.cells[key]?.length ?? 0) - 3}</span> : null}
        </span>
      ))}
    </div>
  );
});

const Cell = memo(function Cell({ app, column }: { readonly app: AppRow; readonly column: string }): JSX.Element {
  const { mark, word } = rowMark(app);
  const says = [`${app.name}, ${column}: ${word}`, app.version, app.drifted > 0 ? `${app.drifted} drifted` : '', app.why?.message ?? '']
    .filter(Boolean)
    .join('. ');
  return (
    <Link href={appPath(app.key)} className={`cell level-${app.level}`} title={says} aria-label={says} data-row>
      <StatusMark mark={mark} />
      <span className="cell-column">{column}</span>
      <code className="clip">{app.version || '—'}</code>
      {app.drifted > 0 ? <span className="cell-note tone-warn">≠{app.drifted}</span> : null}
      {app.pending === undefined ? null : <span className={`cell-note ${app.pending.approval ? 'tone-warn' : 'tone-busy'}`}>↑</span>}
    </Link>
  );
});
