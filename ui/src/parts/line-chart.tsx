/** A line over time with markers: as wide as there is room, its numbers beside it, and in words for those who do not see it. */
import { useState, type JSX, type PointerEvent } from 'react';
import { formatMoment } from './time.tsx';

export interface LinePoint {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly value: number;
}

export interface LineMarker {
  readonly at: number;
  readonly label: string;
  readonly bad: boolean;
}

export interface LineChartProps {
  readonly title: string;
  readonly format: (value: number) => string;
  readonly points: readonly LinePoint[];
  readonly markers: readonly LineMarker[];
  readonly from: number;
  readonly to: number;
}

const HEIGHT = 100;

export function LineChart({ title, format, points, markers, from, to }: LineChartProps): JSX.Element {
  const [pointed, setPointed] = useState<LinePoint>();
  const most = Math.max(...points.map(({ value }) => value), 0) || 1;
  const x = (at: number): number => ((at - from) / Math.max(1, to - from)) * 100;
  const y = (value: number): number => HEIGHT - (value / most) * (HEIGHT - 6) - 1;
  const last = points.at(-1);
  const shown = pointed ?? last;
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = from + ((event.clientX - box.left) / box.width) * (to - from);
    setPointed(points.reduce<LinePoint | undefined>((best, one) => nearer(one, best, at), undefined));
  };
  return (
    <figure className="line-chart">
      <figcaption className="row between">
        <span className="soft">{title}</span>
        <span className="num">
          <strong>{shown === undefined ? 'no data' : format(shown.value)}</strong>{' '}
          {pointed === undefined ? null : <span className="soft">at {formatMoment(pointed.at)}</span>}
        </span>
      </figcaption>
      <div className="line-area" onPointerMove={move} onPointerLeave={() => setPointed(undefined)}>
        <svg viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={inWords(title, points, { format, markers })}>
          {points.length === 0 ? null : (
            <path
              className="area"
              d={`${lineThrough(points, x, y)}L${x(last?.at ?? to)} ${HEIGHT}L${x(points[0]?.at ?? from)} ${HEIGHT}Z`}
            />
          )}
          {points.length === 0 ? null : <path className="line" d={lineThrough(points, x, y)} />}
        </svg>
        {markers.map(({ at, label, bad }) => (
          <i
            key={`${at} ${label}`}
            className={`line-marker ${bad ? 'bad' : ''}`}
            style={{ left: `${x(at)}%` }}
            title={`${formatMoment(at)} ${label}`}
          />
        ))}
        {pointed === undefined ? null : <i className="line-dot" style={{ left: `${x(pointed.at)}%`, top: `${y(pointed.value)}%` }} />}
        <span className="line-most muted num">{points.length === 0 ? '' : format(most)}</span>
      </div>
      <div className="row between muted num">
        <span>{formatMoment(from)}</span>
        <span>{formatMoment(to)}</span>
      </div>
    </figure>
  );
}

const nearer = (one: LinePoint, best: LinePoint | undefined, at: number): LinePoint =>
  best === undefined || Math.abs(one.at - at) < Math.abs(best.at - at) ? one : best;

const lineThrough = (points: readonly LinePoint[], x: (at: number) => number, y: (value: number) => number): string =>
  points.map(({ at, value }, index) => `${index === 0 ? 'M' : 'L'}${x(at).toFixed(2)} ${y(value).toFixed(2)}`).join('');

function inWords(title: string, points: readonly LinePoint[], { format, markers }: Pick<LineChartProps, 'format' | 'markers'>): string {
  if (points.length === 0) return `${title}: no data`;
  const values = points.map(({ value }) => value);
  const said = `from ${format(Math.min(...values))} to ${format(Math.max(...values))}, now ${format(points.at(-1)?.value ?? 0)}`;
  return `${title}: ${said}${markers.length === 0 ? '' : `; ${markers.length} deployments`}`;
}
