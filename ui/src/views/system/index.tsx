/** Home: is everything right, what needs somebody, and what runs where. */
import { useEffect, useState, type JSX } from 'react';
import { useSettled } from '../../data/hooks.ts';
import { usePlace } from '../../data/place.ts';
import { formatMoment } from '../../parts/time.tsx';
import { Note } from '../../parts/note.tsx';
import { AppList } from './app-list.tsx';
import { Attention } from './attention.tsx';
import { Headline } from './headline.tsx';
import { Matrix } from './matrix.tsx';
import { Toolbar } from './toolbar.tsx';
import { filtersOf } from './filters.ts';
import './system.css';

export function SystemView(): JSX.Element {
  const place = usePlace();
  const [text, setText] = useState(place.get('q'));
  const settled = useSettled(text);
  const written = place.get('q');
  useEffect(() => {
    if (settled !== written) place.set({ q: settled });
    // Only what was typed moves the address; a changed address is followed below.
  }, [settled]);
  useEffect(() => setText(written), [written]);
  useEffect(() => {
    document.title = 'System · Lockstep';
  }, []);

  const filters = filtersOf(place.query);
  const at = place.get('at');
  return (
    <div className="view system">
      <Headline />
      {at === '' ? <Attention filters={filters} /> : <Then at={at} onNow={() => place.set({ at: '' })} />}
      <section className="system-body" aria-label="Apps">
        <Toolbar text={text} onText={setText} />
        {place.get('view') === 'list' ? <AppList filters={filters} /> : <Matrix filters={filters} />}
      </section>
    </div>
  );
}

/** The system as it was: said loudly, because nothing on this page is now. */
function Then({ at, onNow }: { readonly at: string; readonly onNow: () => void }): JSX.Element {
  return (
    <Note mark="waiting">
      <div className="row wrap between">
        <span>
          <strong>The system as it was at {formatMoment(at)}</strong>, as far as the ledger tells.
        </span>
        <button type="button" className="button small" onClick={onNow}>
          Back to now
        </button>
      </div>
    </Note>
  );
}
