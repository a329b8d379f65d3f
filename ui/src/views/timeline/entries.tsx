/** What happened, live: of one App or of everything; on an axis, and as a list by days. Two moments can be chosen and compared. */
import { useMemo, useRef, useState, type JSX, type RefObject } from 'react';
import { Link, useLocation } from 'wouter';
import type { TimelineEntry } from '../../../../src/api/http/index.ts';
import { useLive } from '../../data/hooks.ts';
import { appPath, usePlace } from '../../data/place.ts';
import { topicOf } from '../../data/routes.ts';
import { lanes, operationWords, plural, shortHashes } from '../../data/words.ts';
import { Empty, Skeleton } from '../../parts/empty.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Tag } from '../../parts/status.tsx';
import { formatMoment, Moment, useNow } from '../../parts/time.tsx';
import { comparePath, toMoment } from '../compare/moments.ts';
import { Axis } from './axis.tsx';
import { axisFrom, SPANS, useSpan, type Span } from './span.ts';
import './timeline.css';

/** As many as the server gives at once. */
const MOST = 500;

export function Entries({ app = '' }: { readonly app?: string }): JSX.Element {
  const place = usePlace();
  const [, navigate] = useLocation();
  const kind = place.get('kind');
  const span = useSpan(place);
  const now = useNow();
  const from = toMoment(span.from);
  const until = span.to === undefined ? '' : toMoment(span.to);
  const live = useLive<TimelineEntry>(topicOf('timeline', { query: { app, kind, from, to: until, limit: MOST } }));
  const to = span.to ?? Math.max(now, Date.parse(live.items[0]?.at ?? '') || 0);
  const [chosen, setChosen] = useState<readonly [number, number]>();
  const list = useRef<HTMLOListElement>(null);
  const show = (entry: TimelineEntry): void => {
    const row = list.current?.querySelector<HTMLElement>(`[data-entry="${CSS.escape(entry.id)}"]`);
    row?.scrollIntoView({ block: 'center', behavior: 'smooth' });
    row?.focus({ preventScroll: true });
  };
  return (
    <section className="stack timeline" aria-label="Timeline">
      <Tools span={span} kind={kind} />
      {live.state === 'failed' ? <Empty mark="failed" title={live.error?.message ?? 'The timeline could not be read'} /> : null}
      {live.state === 'loading' ? <Skeleton lines={10} /> : null}
      {live.state !== 'ready' ? null : live.items.length === 0 ? (
        <Empty mark="unknown" title="Nothing happened in this time" />
      ) : (
        <>
          <Axis
            entries={live.items}
            from={axisFrom(span, Date.parse(live.items.at(-1)?.at ?? ''), to)}
            to={to}
            onEntry={show}
            onChoose={(a, b) => setChosen([a, b])}
          />
          {chosen === undefined ? (
            <p className="soft axis-hint">Drag over the axis to choose two moments.</p>
          ) : (
            <div className="row wrap chosen" role="status">
              <strong>
                {formatMoment(chosen[0])} – {formatMoment(chosen[1])}
              </strong>
              <button
                type="button"
                className="button small primary"
                onClick={() => navigate(comparePath({ app, from: chosen[0], to: chosen[1] }))}
              >
                Compare these moments
              </button>
              <button
                type="button"
                className="button small"
                onClick={() => {
                  setChosen(undefined);
                  place.set({ from: toMoment(chosen[0]), to: toMoment(chosen[1]), span: '' }, 'push');
                }}
              >
                Look closer
              </button>
              <button type="button" className="button small quiet" onClick={() => setChosen(undefined)}>
                Never mind
              </button>
            </div>
          )}
          <Days entries={live.items} app={app} list={list} />
          {live.items.length >= MOST ? (
            <p className="soft">The newest {MOST} are shown; choose a shorter time or a lane to see the others.</p>
          ) : null}
        </>
      )}
    </section>
  );
}

function Tools({ span, kind }: { readonly span: Span; readonly kind: string }): JSX.Element {
  const place = usePlace();
  return (
    <div className="row wrap timeline-tools">
      <div className="segments scroll" role="group" aria-label="How far back">
        <button
          type="button"
          aria-pressed={span.name === '' && span.to === undefined}
          onClick={() => place.set({ span: '', from: '', to: '' })}
        >
          Newest
        </button>
        {SPANS.map(({ name, label }) => (
          <button key={name} type="button" aria-pressed={name === span.name} onClick={() => place.set({ span: name, from: '', to: '' })}>
            {label}
          </button>
        ))}
      </div>
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
    </div>
  );
}

interface DaysProps {
  readonly entries: readonly TimelineEntry[];
  readonly app: string;
  readonly list: RefObject<HTMLOListElement | null>;
}

function Days({ entries, app, list }: DaysProps): JSX.Element {
  const days = useMemo(() => byDay(entries), [entries]);
  return (
    <ol className="days-list" ref={list}>
      {[...days].map(([day, own]) => (
        <li key={day}>
          <h2>{dayWords(day)}</h2>
          <ol className="entries">
            {own.map((entry) => (
              <Entry key={entry.id} entry={entry} app={app} />
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}

function byDay(entries: readonly TimelineEntry[]): ReadonlyMap<string, readonly TimelineEntry[]> {
  const days = new Map<string, TimelineEntry[]>();
  for (const entry of entries) {
    const day = new Date(entry.at).toDateString();
    const known = days.get(day);
    if (known === undefined) days.set(day, [entry]);
    else known.push(entry);
  }
  return days;
}

const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'long', month: 'long', day: 'numeric' });

function dayWords(day: string): string {
  const today = new Date();
  if (day === today.toDateString()) return 'Today';
  today.setDate(today.getDate() - 1);
  return day === today.toDateString() ? 'Yesterday' : dayFormat.format(new Date(day));
}

function Entry({ entry, app }: { readonly entry: TimelineEntry; readonly app: string }): JSX.Element {
  const { id, at, bad, kind, type, message, revision, commit, actor, touched } = entry;
  const { icon, tone } = lanes[kind];
  return (
    <li className={bad ? 'bad' : ''} data-entry={id} tabIndex={-1}>
      <Moment at={at} />
      <span className={`entry-type tone-${bad ? 'bad' : tone}`}>
        <Icon name={icon} />
        {spaced(type)}
      </span>
      <div className="entry-text">
        <p>
          {app === '' ? (
            <>
              <Link className="link" href={appPath(entry.app, 'timeline')}>
                {entry.app.split('/')[1]}
              </Link>{' '}
            </>
          ) : null}
          {shortHashes(message)}
        </p>
        {commit === undefined ? null : (
          <p className="entry-commit">
            <Icon name="commit" size={14} /> <strong>{commit.subject}</strong> <span className="soft">by {nameOf(commit.author)}</span>
          </p>
        )}
        {touched.length === 0 ? null : <Written entry={entry} />}
        <p className="row wrap soft entry-notes">
          {revision === undefined ? null : <Tag>{shortHashes(revision)}</Tag>}
          {actor === undefined || actor === '' || actor === commit?.author ? null : <span>by {nameOf(actor)}</span>}
        </p>
      </div>
    </li>
  );
}

/** The objects it wrote, and which fields of them. */
function Written({ entry: { app, at, objects, touched } }: { readonly entry: TimelineEntry }): JSX.Element {
  return (
    <details className="entry-written">
      <summary>{plural(objects, 'object')} written</summary>
      <ul>
        {touched.map(({ object, operation, fields }) => (
          <li key={object}>
            <span className={`mono tone-${operationWords(operation).tone}`} aria-hidden="true">
              {operationWords(operation).sign}
            </span>{' '}
            {object} <span className="soft mono">{fields.join(', ')}</span>
          </li>
        ))}
        {objects > touched.length ? (
          <li>
            <Link className="link" href={comparePath({ app, from: Date.parse(at) - 1, to: Date.parse(at) })}>
              and {objects - touched.length} more
            </Link>
          </li>
        ) : null}
      </ul>
    </details>
  );
}

/** `HealthChanged` reads `Health changed`. */
const spaced = (type: string): string => {
  const words = type.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** `Ada <ada@example.com>` without the address. */
const nameOf = (author: string): string => author.replace(/\s*<[^>]*>$/, '');
