/** What happened in the whole system, the newest first. */
import { useEffect, type JSX } from 'react';
import { Entries } from './entries.tsx';

export default function TimelineView(): JSX.Element {
  useEffect(() => {
    document.title = 'Timeline · Lockstep';
  }, []);
  return (
    <div className="view stack">
      <h1>Timeline</h1>
      <Entries />
    </div>
  );
}
