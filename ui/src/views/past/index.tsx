/** The system as it was: what every App ran at a moment, from which commit, and how it was. It is told from the ledger and looks like nothing live. */
import { useEffect, useState, type FormEvent, type JSX } from 'react';
import { Link } from 'wouter';
import type { PastPage } from '../../../../src/api/http/index.ts';
import { useAnswer, useSettled } from '../../data/hooks.ts';
import { appPath, usePlace } from '../../data/place.ts';
import { plural } from '../../data/words.ts';
import { Empty, Skeleton } from '../../parts/empty.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Status, Tag, type Mark } from '../../parts/status.tsx';
import { formatMoment, Moment } from '../../parts/time.tsx';
import { comparePath, fromLocal, toLocal, toMoment } from '../compare/moments.ts';
import './past.css';

export default function PastView(): JSX.Element {
  const place = usePlace();
  const at = place.get('at');
  const [text, setText] = useState('');
  const q = useSettled(text.trim());
  useEffect(() => {
    document.title = 'The system as it was · Lockstep';
  }, []);
  const { data, error } = useAnswer('past', { query: { at, q }, enabled: at !== '' });
  return (
    <div className="view stack">
      <h1>{at === '' ? 'The system as it was' : `The system at ${formatMoment(at)}`}</h1>
      <PastTools key={at} at={at} text={text} onText={setText} />
      {error === null ? null : (
        <Empty mark="failed" title={error.message}>
          <p>{error.hint}</p>
        </Empty>
      )}
      {data === undefined && error === null && at !== '' ? <Skeleton lines={8} /> : null}
      {data === undefined ? null : <Apps past={data} filtered={q !== ''} />}
    </div>
  );
}

interface PastToolsProps {
  readonly at: string;
  readonly text: string;
  readonly onText: (text: string) => void;
}

function PastTools({ at, text, onText }: PastToolsProps): JSX.Element {
  const place = usePlace();
  const [moment, setMoment] = useState(() => toLocal(at === '' ? Date.now() : Date.parse(at)));
  const open = (event: FormEvent): void => {
    event.preventDefault();
    const chosen = fromLocal(moment);
    if (chosen !== undefined) place.set({ at: toMoment(chosen) }, 'push');
  };
  return (
    <div className="past-tools">
      <form className="row wrap" onSubmit={open}>
        <Icon name="clock" />
        <input
          type="datetime-local"
          className="input"
          aria-label="Moment"
          value={moment}
          onChange={(event) => setMoment(event.target.value)}
          required
        />
        <button type="submit" className="button">
          Open
        </button>
        {at === '' ? null : (
          <Link className="button" href={comparePath({ from: Date.parse(at) })}>
            Compare with now
          </Link>
        )}
        <Link className="link" href="/">
          Back to now
        </Link>
      </form>
      <input
        type="search"
        className="input"
        aria-label="Search"
        placeholder="App, environment, revision, image…"
        value={text}
        onChange={(event) => onText(event.target.value)}
      />
    </div>
  );
}

const marks: Readonly<Record<string, Mark>> = {
  Healthy: 'healthy',
  Progressing: 'progressing',
  Degraded: 'degraded',
  Missing: 'missing',
  Suspended: 'suspended',
};

function Apps({ past, filtered }: { readonly past: PastPage; readonly filtered: boolean }): JSX.Element {
  if (past.items.length === 0)
    return <Empty mark="unknown" title={filtered ? 'Nothing matches' : 'Nothing ran then, as far as the ledger knows'} />;
  return (
    <section className="stack" aria-label="Apps at that moment">
      <p className="soft">
        {plural(past.total, 'App')} ran{past.next === undefined ? '' : `; the first ${past.items.length} are shown: search for others`}.
        Health is what was last reported before that moment.
      </p>
      <ul className="panel past-list">
        {past.items.map(({ key, environment, revision, since, health, commit, versions }) => (
          <li key={key}>
            <span className="row wrap">
              <Link className="link" href={appPath(key, 'timeline')}>
                {key}
              </Link>
              {environment === '' ? null : <Tag>{environment}</Tag>}
            </span>
            <span className="past-what">
              <code>{revision}</code>
              <span className="soft">
                {commit === undefined ? '' : `${commit.subject}, `}since <Moment at={since} />
              </span>
              <span className="mono past-images">{versions.join(', ')}</span>
            </span>
            <Status mark={marks[health] ?? 'unknown'}>{health === '' ? 'not known' : health}</Status>
          </li>
        ))}
      </ul>
    </section>
  );
}
