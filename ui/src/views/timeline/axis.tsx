/**
 * All lanes on one axis of time. Each dot is something that happened; dragging over the axis chooses two moments to compare or to look at closer. What can
 * be done here with a pointer can be done with the form below it by keyboard.
 */
import { useMemo, useState, type JSX, type PointerEvent } from 'react';
import type { TimelineEntry } from '../../../../src/api/http/index.ts';
import { lanes } from '../../data/words.ts';
import { Icon } from '../../parts/icon.tsx';
import { formatMoment } from '../../parts/time.tsx';

export interface AxisProps {
  readonly entries: readonly TimelineEntry[];
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly onEntry: (entry: TimelineEntry) => void;
  readonly onChoose: (from: number, to: number) => void;
}

type Lane = TimelineEntry['kind'];

interface Drag {
  readonly start: number;
  readonly end: number;
}

/** Shorter drags are clicks that slipped: of the width. */
const SHORTEST = 0.01;

export function Axis({ entries, from, to, onEntry, onChoose }: AxisProps): JSX.Element {
  const [drag, setDrag] = useState<Drag>();
  const rows = useMemo(() => rowsOf(entries), [entries]);
  const part = (at: number): number => (at - from) / Math.max(1, to - from);
  const momentAt = (share: number): number => Math.round(from + share * (to - from));
  const end = (): void => {
    if (drag === undefined) return;
    const [a, b] = [Math.min(drag.start, drag.end), Math.max(drag.start, drag.end)];
    setDrag(undefined);
    if (b - a > SHORTEST) onChoose(momentAt(a), momentAt(b));
  };
  return (
    <figure className="axis panel" aria-label="What happened, on one axis">
      <div className="axis-lanes">
        <div className="axis-names">
          {rows.map(({ lane }) => (
            <span key={lane} className={`axis-name tone-${lanes[lane].tone}`}>
              <Icon name={lanes[lane].icon} size={14} />
              <span className="clip">{lanes[lane].word}</span>
            </span>
          ))}
        </div>
        <div
          className="axis-area"
          onPointerDown={(event) => {
            if (event.button !== 0 || (event.target as HTMLElement).closest('button') !== null) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            const share = shareOf(event);
            setDrag({ start: share, end: share });
          }}
          onPointerMove={(event) => {
            if (drag !== undefined) setDrag({ start: drag.start, end: shareOf(event) });
          }}
          onPointerUp={end}
          onPointerCancel={() => setDrag(undefined)}
        >
          {rows.map(({ lane, entries: own }) => (
            <div key={lane} className="axis-lane">
              {clustersOf(own, (entry) => part(Date.parse(entry.at))).map(({ entry, share, more }) => (
                <button
                  key={entry.id}
                  type="button"
                  tabIndex={-1}
                  aria-hidden="true"
                  className={`axis-dot tone-${entry.bad ? 'bad' : lanes[lane].tone} ${entry.bad ? 'bad' : ''} ${more > 0 ? 'many' : ''}`}
                  style={{ left: `${share * 100}%` }}
                  title={`${formatMoment(entry.at)} ${entry.app} ${entry.type}: ${entry.message}${more > 0 ? ` … and ${more} more` : ''}`}
                  onClick={() => onEntry(entry)}
                />
              ))}
            </div>
          ))}
          {drag === undefined ? null : (
            <div
              className="axis-drag"
              style={{ left: `${Math.min(drag.start, drag.end) * 100}%`, width: `${Math.abs(drag.end - drag.start) * 100}%` }}
            />
          )}
        </div>
      </div>
      <div className="axis-times muted num" aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <span key={share}>{tick(momentAt(share), to - from)}</span>
        ))}
      </div>
    </figure>
  );
}

const shareOf = (event: PointerEvent<HTMLElement>): number => {
  const box = event.currentTarget.getBoundingClientRect();
  return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
};

const seconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
/** Below this many milliseconds minutes alone would name two ticks alike. */
const CLOSE = 600_000;

const tick = (at: number, span: number): string => (span < CLOSE ? seconds.format(at) : formatMoment(at));

interface Cluster {
  readonly entry: TimelineEntry;
  /** Of the width. */
  readonly share: number;
  /** Entries that would lie under its dot. */
  readonly more: number;
}

/** Dots nearer than this would cover each other: of the width. */
const NEAR = 0.009;

/** One dot for what happened at about the same time; bad news keeps a dot of its own. */
function clustersOf(entries: readonly TimelineEntry[], shareAt: (entry: TimelineEntry) => number): readonly Cluster[] {
  const clusters: Cluster[] = [];
  for (const entry of entries) {
    const share = shareAt(entry);
    const last = clusters.at(-1);
    if (last !== undefined && !entry.bad && !last.entry.bad && Math.abs(share - last.share) < NEAR)
      clusters[clusters.length - 1] = { ...last, more: last.more + 1 };
    else clusters.push({ entry, share, more: 0 });
  }
  return clusters;
}

interface LaneRow {
  readonly lane: Lane;
  readonly entries: readonly TimelineEntry[];
}

/** Lanes in which something happened, in the order of delivery. */
function rowsOf(entries: readonly TimelineEntry[]): readonly LaneRow[] {
  return (Object.keys(lanes) as Lane[])
    .map((lane) => ({ lane, entries: entries.filter(({ kind }) => kind === lane) }))
    .filter((row) => row.entries.length > 0);
}
