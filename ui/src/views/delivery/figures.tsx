/** The four figures of delivery and the days they come from: of one App, or of everything. */
import type { JSX } from 'react';
import type { DeliveryView } from '../../../../src/api/http/index.ts';
import { useAnswer } from '../../data/hooks.ts';
import { usePlace } from '../../data/place.ts';
import { plural } from '../../data/words.ts';
import { Empty, Skeleton } from '../../parts/empty.tsx';
import { formatSpan, useNow } from '../../parts/time.tsx';
import './delivery.css';

const PERIODS = [7, 30, 90] as const;

export function DeliveryFigures({ app = '' }: { readonly app?: string }): JSX.Element {
  const place = usePlace();
  const days = PERIODS.find((each) => String(each) === place.get('days')) ?? 30;
  const minute = Math.floor(useNow() / 60_000);
  const { data, error } = useAnswer('delivery', { query: { days, ...(app === '' ? {} : { app }) }, version: String(minute) });
  return (
    <section className="stack" aria-label="Delivery figures">
      <div className="segments delivery-period" role="group" aria-label="How far back">
        {PERIODS.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === days}
            onClick={() => place.set({ days: each === 30 ? '' : String(each) })}
          >
            {each} days
          </button>
        ))}
      </div>
      {error === null ? null : <Empty mark="failed" title={error.message} />}
      {data === undefined && error === null ? <Skeleton lines={4} /> : null}
      {data === undefined ? null : <Loaded delivery={data} days={days} />}
    </section>
  );
}

function Loaded({ delivery, days }: { readonly delivery: DeliveryView; readonly days: number }): JSX.Element {
  const { deployments, perDay, leadTime, failureRate, restoreTime, truncated } = delivery;
  const attempts = delivery.days.reduce((sum, day) => sum + day.deployments + day.failures, 0);
  return (
    <>
      <dl className="tiles">
        <Tile
          name="Deployments"
          value={deployments.toLocaleString('en')}
          note={`${often(perDay / 1000)}; new revisions that were applied`}
        />
        <Tile
          name="Lead time"
          value={leadTime === undefined ? '—' : formatSpan(leadTime)}
          note={leadTime === undefined ? 'no commit with a time was applied' : 'median, from commit to applied'}
        />
        <Tile
          name="Failure rate"
          value={attempts === 0 ? '—' : `${(failureRate / 10).toLocaleString('en')} %`}
          note={attempts === 0 ? 'nothing was attempted' : `of ${plural(attempts, 'attempt')}`}
          bad={failureRate > 150}
        />
        <Tile
          name="Time to restore"
          value={restoreTime === undefined ? '—' : formatSpan(restoreTime)}
          note={restoreTime === undefined ? 'nothing failed and came back' : 'median, from failure to the next success'}
        />
      </dl>
      <Days delivery={delivery} days={days} />
      <p className="soft">
        From the ledger{truncated ? '; it holds more than was looked at, so early days are missing' : ''}. Every figure counts Apps: one
        commit that changes three Apps is three deployments.
      </p>
    </>
  );
}

const often = (perDay: number): string => {
  if (perDay === 0) return 'none';
  if (perDay >= 1) return `${perDay.toLocaleString('en', { maximumFractionDigits: 1 })} a day`;
  return `one every ${plural(Math.round(1 / perDay), 'day')}`;
};

interface TileProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly bad?: boolean;
}

function Tile({ name, value, note, bad = false }: TileProps): JSX.Element {
  return (
    <div className="panel tile">
      <dt>{name}</dt>
      <dd>
        <strong className={`num ${bad ? 'tone-bad' : ''}`}>{value}</strong>
        <span className="soft">{note}</span>
      </dd>
    </div>
  );
}

const DAY = 86_400_000;

function Days({ delivery, days }: { readonly delivery: DeliveryView; readonly days: number }): JSX.Element {
  const known = new Map(delivery.days.map((day) => [day.day, day]));
  const end = Date.parse(delivery.to);
  const list = Array.from({ length: days }, (_, index) => {
    const day = new Date(end - (days - 1 - index) * DAY).toISOString().slice(0, 10);
    return known.get(day) ?? { day, deployments: 0, failures: 0 };
  });
  const most = Math.max(1, ...list.map(({ deployments, failures }) => deployments + failures));
  return (
    <figure className="panel days">
      <figcaption className="row wrap between">
        <span className="soft">By day</span>
        <span className="row">
          <i className="key tone-ok" aria-hidden="true" /> applied <i className="key tone-bad" aria-hidden="true" /> failed
        </span>
      </figcaption>
      <ol className="day-bars">
        {list.map(({ day, deployments, failures }) => (
          <li key={day} title={`${day}: ${deployments} applied, ${failures} failed`}>
            <span className="sr-only">
              {day}: {deployments} applied, {failures} failed
            </span>
            <i className="tone-bad" style={{ height: `${(failures / most) * 100}%` }} />
            <i className="tone-ok" style={{ height: `${(deployments / most) * 100}%` }} />
          </li>
        ))}
      </ol>
      <div className="row between muted num">
        <span>{list[0]?.day}</span>
        <span>{list.at(-1)?.day}</span>
      </div>
    </figure>
  );
}
