/** What happened in the whole system, and the doors into the past: compare two moments, open the system as it was. */
import { useEffect, useState, type FormEvent, type JSX } from 'react';
import { Link, useLocation } from 'wouter';
import { Icon } from '../../parts/icon.tsx';
import { fromLocal, QUICK, comparePath, pastPath, toLocal } from '../compare/moments.ts';
import { Entries } from './entries.tsx';

export default function TimelineView(): JSX.Element {
  useEffect(() => {
    document.title = 'Timeline · Lockstep';
  }, []);
  return (
    <div className="view stack">
      <h1>Timeline</h1>
      <Doors />
      <Entries />
    </div>
  );
}

function Doors(): JSX.Element {
  const [, navigate] = useLocation();
  const [at, setAt] = useState(() => toLocal(Date.now() - 86_400_000));
  const open = (event: FormEvent): void => {
    event.preventDefault();
    const moment = fromLocal(at);
    if (moment !== undefined) navigate(pastPath(moment));
  };
  return (
    <div className="panel doors">
      <div className="row wrap">
        <Icon name="change" />
        <span>What changed</span>
        {QUICK.map(({ label, from }) => (
          <Link key={label} className="button small" href={comparePath({ from: from() })}>
            {label}
          </Link>
        ))}
        <Link className="link" href="/compare">
          between two moments…
        </Link>
      </div>
      <form className="row wrap" onSubmit={open}>
        <Icon name="clock" />
        <label htmlFor="past-at">The system as it was at</label>
        <input id="past-at" type="datetime-local" className="input" value={at} onChange={(event) => setAt(event.target.value)} required />
        <button type="submit" className="button small">
          Open
        </button>
      </form>
    </div>
  );
}
