/** One App: what it runs, why it is as it is, everything it owns, what would change, what happened; and what can be done about it. */
import { useEffect, type JSX } from 'react';
import { Link } from 'wouter';
import type { AppDetail } from '../../../../src/api/http/index.ts';
import { useLive } from '../../data/hooks.ts';
import { appPath } from '../../data/place.ts';
import { topicOf } from '../../data/routes.ts';
import { Empty, Skeleton } from '../../parts/empty.tsx';
import { Entries } from '../timeline/entries.tsx';
import { Figures } from './figures.tsx';
import { Header } from './header.tsx';
import { Objects } from './objects.tsx';
import { Plan } from './plan.tsx';
import './app.css';

export interface AppPlace {
  readonly namespace: string;
  readonly name: string;
}

const TABS = [
  { tab: 'objects', label: 'Objects' },
  { tab: 'plan', label: 'Plan' },
  { tab: 'timeline', label: 'Timeline' },
  { tab: 'figures', label: 'How well' },
] as const;

export default function AppView({ namespace, name, tab }: AppPlace & { readonly tab: string }): JSX.Element {
  const place = { namespace, name };
  const live = useLive<AppDetail>(topicOf('app', { params: place }));
  useEffect(() => {
    document.title = `${name} · Lockstep`;
  }, [name]);
  const app = live.items[0];
  if (live.state === 'failed') {
    return (
      <Empty mark="failed" title={live.error?.message ?? 'This App could not be read'}>
        <p>{live.error?.hint}</p>
      </Empty>
    );
  }
  if (app === undefined) {
    return (
      <div className="view">
        <Skeleton lines={8} />
      </div>
    );
  }
  return (
    <div className="view app-view">
      <Header app={app} />
      <nav className="tabs" aria-label="Parts of the App">
        {TABS.map((each) => (
          <Link key={each.tab} href={appPath(app.key, each.tab)} aria-current={each.tab === tab ? 'page' : undefined}>
            {each.label}
          </Link>
        ))}
      </nav>
      {tab === 'plan' ? <Plan place={place} generation={app.generation} told={app.warnings} /> : null}
      {tab === 'timeline' ? <Entries app={app.key} /> : null}
      {tab === 'figures' ? <Figures app={app} /> : null}
      {tab === 'objects' ? <Objects key={app.key} place={place} /> : null}
    </div>
  );
}
