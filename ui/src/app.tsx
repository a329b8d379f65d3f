/** Addresses and the views behind them. Each view is a chunk of its own; the first one people see is in the first load. */
import { lazy, Suspense, type JSX } from 'react';
import { Route, Switch } from 'wouter';
import { Empty, Skeleton } from './parts/empty.tsx';
import { Boundary } from './shell/boundary.tsx';
import { SessionGate } from './shell/session.tsx';
import { Shell } from './shell/shell.tsx';
import { SystemView } from './views/system/index.tsx';

const AppView = lazy(() => import('./views/app/index.tsx'));
const TimelineView = lazy(() => import('./views/timeline/index.tsx'));
const AccessView = lazy(() => import('./views/access/index.tsx'));
const DeliveryView = lazy(() => import('./views/delivery/index.tsx'));
const CompareView = lazy(() => import('./views/compare/index.tsx'));
const PastView = lazy(() => import('./views/past/index.tsx'));
const GraphView = lazy(() => import('./views/graph/index.tsx'));
const SourcesView = lazy(() => import('./views/sources/index.tsx'));

export function App(): JSX.Element {
  return (
    <Boundary>
      <SessionGate>
        <Shell>
          <Boundary>
            <Suspense
              fallback={
                <div className="view">
                  <Skeleton lines={8} />
                </div>
              }
            >
              <Switch>
                <Route path="/" component={SystemView} />
                <Route path="/apps/:namespace/:name/:tab?">
                  {({ namespace, name, tab }) => (
                    <AppView key={`${namespace}/${name}`} namespace={namespace} name={name} tab={tab ?? 'objects'} />
                  )}
                </Route>
                <Route path="/timeline" component={TimelineView} />
                <Route path="/compare" component={CompareView} />
                <Route path="/past" component={PastView} />
                <Route path="/graph" component={GraphView} />
                <Route path="/access" component={AccessView} />
                <Route path="/delivery" component={DeliveryView} />
                <Route path="/sources" component={SourcesView} />
                <Route>
                  <Empty mark="unknown" title="There is no such page">
                    <p>
                      The address may be mistyped.{' '}
                      <a className="link" href="/">
                        Back to the system
                      </a>
                    </p>
                  </Empty>
                </Route>
              </Switch>
            </Suspense>
          </Boundary>
        </Shell>
      </SessionGate>
    </Boundary>
  );
}
