/** Home: is everything right, what needs somebody, and what runs where. */
import { useEffect, useState, type JSX } from 'react';
import { useSettled } from '../../data/hooks.ts';
import { usePlace } from '../../data/place.ts';
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
  return (
    <div className="view system">
      <Headline />
      <Attention filters={filters} />
      <section className="system-body" aria-label="Apps">
        <Toolbar text={text} onText={setText} />
        {place.get('view') === 'list' ? <AppList filters={filters} /> : <Matrix filters={filters} />}
      </section>
    </div>
  );
}
