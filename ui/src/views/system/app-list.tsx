/** Apps one a line, with the reason where something is not as it should be. */
import { memo, useCallback, type JSX } from 'react';
import { Link } from 'wouter';
import type { AppRow } from '../../../../src/api/http/index.ts';
import { usePages } from '../../data/use-pages.ts';
import { appPath, usePlace } from '../../data/place.ts';
import { topicOf, type Query } from '../../data/routes.ts';
import { rowMark } from '../../data/words.ts';
import { Empty, Skeleton } from '../../parts/empty.tsx';
import { Status, StatusMark, Tag } from '../../parts/status.tsx';
import { Age } from '../../parts/time.tsx';
import { VirtualRows } from '../../parts/virtual.tsx';
import type { Filters } from './filters.ts';
import { NoApps } from './no-apps.tsx';
import { usePhone } from '../../parts/phone.ts';

const ROW = 52;
const ROW_PHONE = 84;

export function AppList({ filters }: { readonly filters: Filters }): JSX.Element {
  const place = usePlace();
  const query: Query<'apps'> = { ...filters, limit: 100, sort: (place.get('sort') || 'urgency') as 'urgency' };
  const pages = usePages<AppRow>((cursor) => topicOf('apps', { query: { ...query, cursor } }), topicOf('apps', { query }));
  const phone = usePhone();
  const heightAt = useCallback(() => (phone ? ROW_PHONE : ROW), [phone]);
  if (pages.state === 'failed')
    return (
      <Empty mark="failed" title={pages.error?.message ?? 'The list could not be read'}>
        {pages.error?.hint}
      </Empty>
    );
  if (pages.state === 'loading') return <Skeleton lines={10} />;
  if (pages.total === 0) return <NoApps filters={filters} />;
  return (
    <div className="app-list" role="table" aria-label="Apps" aria-rowcount={pages.total}>
      <div className="app-list-head" role="row">
        <SortHead label="App" sort="name" />
        <span role="columnheader">Environment</span>
        <span role="columnheader">State</span>
        <span role="columnheader">Runs</span>
        <SortHead label="Since" sort="-since" />
      </div>
      <VirtualRows
        count={Math.max(pages.total, pages.items.length)}
        heightAt={heightAt}
        keyAt={(index) => pages.items[index]?.key ?? `missing ${index}`}
        onRange={pages.show}
        shape={String(phone)}
        render={(index) => {
          const row = pages.items[index];
          return row === undefined ? <div className="app-row skeleton-row" role="row" aria-busy="true" /> : <Row row={row} />;
        }}
      />
    </div>
  );
}

function SortHead({ label, sort }: { readonly label: string; readonly sort: string }): JSX.Element {
  const place = usePlace();
  const here = place.get('sort') === sort;
  return (
    <span role="columnheader" aria-sort={here ? (sort.startsWith('-') ? 'descending' : 'ascending') : 'none'}>
      <button type="button" onClick={() => place.set({ sort: here ? '' : sort })}>
        {label}
        {here ? (sort.startsWith('-') ? ' ↓' : ' ↑') : ''}
      </button>
    </span>
  );
}

const Row = memo(function Row({ row }: { readonly row: AppRow }): JSX.Element {
  const { mark, word } = rowMark(row);
  return (
    <div className={`app-row level-${row.level}`} role="row">
      <span role="cell" className="app-row-name">
        <StatusMark mark={mark} />
        <span className="stack-tight">
          <Link href={appPath(row.key)} className="clip stretched" data-row>
            {row.name}
          </Link>
          <span className="muted clip">{row.why?.message ?? row.namespace}</span>
        </span>
      </span>
      <span role="cell" className="clip">
        {row.environment || row.cluster || '—'}
      </span>
      <span role="cell" className="row">
        <Status mark={mark}>{word}</Status>
        {row.drifted > 0 ? <Tag tone="warn">{row.drifted} drifted</Tag> : null}
        {row.pending?.approval === true ? <Tag tone="warn">approve</Tag> : null}
      </span>
      <span role="cell" className="clip">
        <code>{row.version || '—'}</code>
      </span>
      <span role="cell" className="muted">
        {row.since === undefined ? '—' : <Age at={row.since} />}
      </span>
    </div>
  );
});
