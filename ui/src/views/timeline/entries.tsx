/** Entries of the timeline, live: of one App or of everything; lanes can be chosen. */
import type { JSX } from 'react';
import { Link } from 'wouter';
import type { TimelineEntry } from '../../../../src/api/http/index.ts';
import { useLive } from '../../data/hooks.ts';
import { appPath, usePlace } from '../../data/place.ts';
import { topicOf } from '../../data/routes.ts';
import { lanes } from '../../data/words.ts';
import { Empty, Skeleton } from '../../parts/empty.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Tag } from '../../parts/status.tsx';
import { Moment } from '../../parts/time.tsx';
import './timeline.css';

export function Entries({ app = '' }: { readonly app?: string }): JSX.Element {
  const place = usePlace();
  const kind = place.get('kind');
  const live = useLive<TimelineEntry>(topicOf('timeline', { query: { app, kind, limit: 200 } }));
  return (
    <section className="stack" aria-label="Timeline">
      <label className="lane-choice">
        <span className="soft">Show</span>
        <select className="input" value={kind} onChange={(event) => place.set({ kind: event.target.value })}>
          <option value="">everything</option>
          {Object.entries(lanes).map(([value, { word }]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </select>
      </label>
      <List live={live} app={app} />
    </section>
  );
}

function List({ live, app }: { readonly live: ReturnType<typeof useLive<TimelineEntry>>; readonly app: string }): JSX.Element {
  if (live.state === 'failed') return <Empty mark="failed" title={live.error?.message ?? 'The timeline could not be read'} />;
  if (live.state === 'loading') return <Skeleton lines={10} />;
  if (live.items.length === 0) return <Empty mark="unknown" title="Nothing has happened yet" />;
  return (
    <ol className="entries">
      {live.items.map((entry) => (
        <li key={entry.id} className={entry.bad ? 'bad' : ''}>
          <Moment at={entry.at} />
          <span className={`entry-type tone-${entry.bad ? 'bad' : lanes[entry.kind].tone}`}>
            <Icon name={lanes[entry.kind].icon} />
            {entry.type}
          </span>
          <span className="entry-text">
            {app === '' ? (
              <Link className="link" href={appPath(entry.app)}>
                {entry.app}
              </Link>
            ) : null}{' '}
            {entry.message} {entry.revision === undefined ? null : <Tag>{shortRevision(entry.revision)}</Tag>}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** `main@sha1:3f2c1a0…` as people say it: `main@3f2c1a0`. */
const shortRevision = (revision: string): string => revision.replace(/sha(?:1|256):([0-9a-f]{7})[0-9a-f]*/, '$1');
