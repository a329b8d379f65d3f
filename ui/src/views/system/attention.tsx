/** What needs somebody, with the controller's own reason: cause, since when, from which commit, and the next step. */
import type { JSX } from 'react';
import { Link } from 'wouter';
import type { AppRow } from '../../../../src/api/http/index.ts';
import { useLive } from '../../data/hooks.ts';
import { appPath, usePlace } from '../../data/place.ts';
import { topicOf } from '../../data/routes.ts';
import { plural, rowMark, shortHashes } from '../../data/words.ts';
import { Icon } from '../../parts/icon.tsx';
import { StatusMark } from '../../parts/status.tsx';
import { Moment } from '../../parts/time.tsx';
import type { Filters } from './filters.ts';

const SHOWN = 5;

export function Attention({ filters }: { readonly filters: Filters }): JSX.Element | null {
  const place = usePlace();
  const view = useLive<AppRow>(topicOf('apps', { query: { ...filters, level: 'broken,attention', limit: SHOWN } }));
  const total = Number(view.meta['total'] ?? 0);
  if (view.state !== 'ready' || total === 0) return null;
  return (
    <section className="panel attention" aria-label="What needs you">
      <ol>
        {view.items.map((row) => (
          <li key={row.key}>
            <Problem row={row} />
          </li>
        ))}
      </ol>
      {total > view.items.length ? (
        <footer>
          <Link className="link" href={place.with({ level: 'broken,attention', view: 'list' })}>
            {(total - view.items.length).toLocaleString('en')} more
          </Link>
        </footer>
      ) : null}
    </section>
  );
}

function Problem({ row }: { readonly row: AppRow }): JSX.Element {
  const { mark, word } = rowMark(row);
  return (
    <Link href={appPath(row.key)} className="problem" data-row>
      <StatusMark mark={mark} size={18} label={word} />
      <div className="problem-text">
        <p className="problem-title">
          <strong>{row.title}</strong>
          <span className="muted">{row.environment || row.namespace}</span>
          {row.why === undefined ? (
            <span>{row.drifted > 0 ? `${word}: ${plural(row.drifted, 'field')}` : word}</span>
          ) : (
            <span className="problem-cause">{shortHashes(row.why.message)}</span>
          )}
        </p>
        <p className="problem-more muted">
          {row.why === undefined ? null : (
            <span>
              since <Moment at={row.why.since} />
            </span>
          )}
          {row.revision === '' ? null : <code>{row.revision}</code>}
          {row.why?.hint === undefined ? null : <span className="problem-hint">{row.why.hint}</span>}
        </p>
      </div>
      <Icon name="right" />
    </Link>
  );
}
