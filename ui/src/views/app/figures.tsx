/** Where an App runs and how well: its addresses, its traffic with a marker for each deployment, and its delivery figures. */
import type { JSX } from 'react';
import type { AppDetail, TrafficView } from '../../../../src/api/http/index.ts';
import { useAnswer } from '../../data/hooks.ts';
import { usePlace } from '../../data/place.ts';
import { CodeBlock } from '../../parts/copy.tsx';
import { Skeleton } from '../../parts/empty.tsx';
import { LineChart } from '../../parts/line-chart.tsx';
import { OutLink } from '../../parts/link.tsx';
import { Note } from '../../parts/note.tsx';
import { useNow } from '../../parts/time.tsx';
import { DeliveryFigures } from '../delivery/figures.tsx';

const SPANS = [
  [60, '1 hour'],
  [360, '6 hours'],
  [1440, '1 day'],
  [10_080, '1 week'],
] as const;

export function Figures({ app }: { readonly app: AppDetail }): JSX.Element {
  return (
    <div className="stack figures">
      <section className="stack" aria-label="Where it runs">
        <h2>Where it runs</h2>
        {app.urls.length === 0 ? (
          <p className="soft">No Ingress, route or load balancer of it has an address.</p>
        ) : (
          <ul className="row wrap">
            {app.urls.map((url) => (
              <li key={url}>
                <OutLink href={url} />
              </li>
            ))}
          </ul>
        )}
      </section>
      <TrafficFigures app={app} />
      <h2>Delivery</h2>
      <DeliveryFigures app={app.key} />
    </div>
  );
}

function TrafficFigures({ app }: { readonly app: AppDetail }): JSX.Element {
  const place = usePlace();
  const [minutes] = SPANS.find(([each]) => String(each) === place.get('minutes')) ?? SPANS[0];
  // Asked again every half minute: Prometheus itself scrapes about as often.
  const half = Math.floor(useNow() / 30_000);
  const params = { namespace: app.namespace, name: app.name };
  const { data, error } = useAnswer('traffic', { params, query: { minutes }, version: String(half) });
  return (
    <section className="stack" aria-label="Traffic">
      <div className="row wrap between">
        <h2>Traffic</h2>
        {data?.configured === true ? (
          <div className="segments" role="group" aria-label="How far back">
            {SPANS.map(([each, label]) => (
              <button key={each} type="button" aria-pressed={each === minutes} onClick={() => place.set({ minutes: String(each) })}>
                {label}
              </button>
            ))}
          </div>
        ) : null}
      </div>
      {error === null ? null : <Note mark="failed">{error.message}</Note>}
      {data === undefined && error === null ? <Skeleton lines={4} /> : null}
      {data === undefined ? null : <Traffic traffic={data} minutes={minutes} />}
    </section>
  );
}

const names = { rate: 'Requests a second', errors: 'Errors', duration: 'Duration, 95th percentile' } as const;

const EXAMPLE = `apiVersion: lockstep.dev/v1
kind: Platform
metadata: {name: default}
spec:
  dashboard:
    prometheus: {url: "http://prometheus.monitoring:9090"}`;

function Traffic({ traffic, minutes }: { readonly traffic: TrafficView; readonly minutes: number }): JSX.Element {
  const to = useNow();
  if (!traffic.configured)
    return (
      <div className="stack">
        <p className="soft">
          No Prometheus is configured, so rate, errors and duration are not known. This shows them, with a marker for each deployment:
        </p>
        <CodeBlock label="Platform" text={EXAMPLE} />
      </div>
    );
  const from = to - minutes * 60_000;
  const markers = traffic.deploys.map(({ at, message, bad }) => ({ at: Date.parse(at), label: message, bad }));
  return (
    <>
      {traffic.error === undefined ? null : <Note mark="stale">{traffic.error}</Note>}
      <div className="traffic">
        {traffic.series.map(({ name, unit, points }) => (
          <div key={name} className="panel">
            <LineChart
              title={names[name]}
              format={(value) => withUnit(value, unit)}
              points={points.map((point) => ({ at: Date.parse(point.at), value: Number(point.value) }))}
              markers={markers}
              from={from}
              to={to}
            />
          </div>
        ))}
      </div>
    </>
  );
}

function withUnit(value: number, unit: string): string {
  if (unit === 's' && value < 1) return `${Math.round(value * 1000)} ms`;
  return `${value.toLocaleString('en', { maximumSignificantDigits: 3 })} ${unit}`;
}
