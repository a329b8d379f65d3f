/** What waits for what: Apps, contracts and dependencies by waves, and the critical path of the last rollout. One App can be looked at with all it touches. */
import { useEffect, useMemo, useState, type JSX } from 'react';
import { Link } from 'wouter';
import type { GraphView as Graph } from '../../../../src/api/http/index.ts';
import { useLive } from '../../data/hooks.ts';
import { appPath, usePlace } from '../../data/place.ts';
import { topicOf } from '../../data/routes.ts';
import { plural } from '../../data/words.ts';
import { Empty, Skeleton } from '../../parts/empty.tsx';
import { Note } from '../../parts/note.tsx';
import { formatSpan } from '../../parts/time.tsx';
import { Chart } from './chart.tsx';
import { Contracts } from './contracts.tsx';
import './graph.css';

/** More boxes than this are a cloud, not a picture: one App and what it touches is shown instead. */
const MOST_DRAWN = 400;

export default function GraphView(): JSX.Element {
  const place = usePlace();
  const app = place.get('app');
  useEffect(() => {
    document.title = 'Graph · Lockstep';
  }, []);
  const live = useLive<Graph>(topicOf('graph', { query: { app } }));
  const graph = live.items[0];
  return (
    <div className="view stack graph-view">
      <h1>Graph</h1>
      {live.state === 'failed' ? <Empty mark="failed" title={live.error?.message ?? 'The graph could not be read'} /> : null}
      {graph === undefined && live.state !== 'failed' ? <Skeleton lines={8} /> : null}
      {graph === undefined ? null : <Loaded graph={graph} app={app} />}
    </div>
  );
}

function Loaded({ graph, app }: { readonly graph: Graph; readonly app: string }): JSX.Element {
  const [text, setText] = useState('');
  const shown = useMemo(() => connected(graph, text), [graph, text]);
  return (
    <>
      <Critical critical={graph.critical} />
      {graph.cycle.length === 0 ? null : (
        <Note mark="failed">
          <p>
            <strong>These wait for one another</strong>, so none of them can begin: {graph.cycle.join(' → ')}
          </p>
          <p className="soft">Take one of these dependencies out.</p>
        </Note>
      )}
      <Tools graph={graph} app={app} text={text} onText={setText} alone={graph.nodes.length - shown.nodes.length} />
      {shown.nodes.length === 0 ? (
        <Empty mark="unknown" title={graph.nodes.length === 0 ? 'There are no Apps yet' : 'No App depends on another'}>
          <p>
            <code>spec.dependsOn</code> of an App names what it waits for.
          </p>
        </Empty>
      ) : shown.nodes.length > MOST_DRAWN ? (
        <Empty mark="unknown" title={`${plural(shown.nodes.length, 'box', 'boxes')} are too many for one picture`}>
          <p>Search for an App above; it is drawn with everything it waits for and everything that waits for it.</p>
        </Empty>
      ) : (
        <>
          <Chart nodes={shown.nodes} edges={shown.edges} critical={graph.critical.keys} app={app} />
          <Legend edges={shown.edges} />
        </>
      )}
      <Contracts nodes={shown.nodes} edges={shown.edges} />
    </>
  );
}

interface ToolsProps {
  readonly graph: Graph;
  readonly app: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Apps that are connected with nothing. */
  readonly alone: number;
}

function Tools({ graph, app, text, onText, alone }: ToolsProps): JSX.Element {
  const place = usePlace();
  const waiting = graph.edges.filter((edge) => edge.waiting).length;
  return (
    <div className="row wrap graph-tools">
      {app === '' ? (
        <input
          type="search"
          className="input"
          aria-label="Search the graph"
          placeholder="App or contract…"
          value={text}
          onChange={(event) => onText(event.target.value)}
        />
      ) : (
        <>
          <span>
            Only <strong>{app}</strong> and what it is connected with
          </span>
          <Link className="link" href={appPath(app)}>
            Open the App
          </Link>
          <button type="button" className="button small" onClick={() => place.set({ app: '' })}>
            Show everything
          </button>
        </>
      )}
      <span className="soft graph-count">
        {plural(graph.edges.length, 'dependency', 'dependencies')}
        {waiting === 0 ? '' : `, ${waiting.toLocaleString('en')} holding something up`}
        {alone <= 0 || text !== '' ? '' : `; ${plural(alone, 'App')} connected with nothing`}
      </span>
    </div>
  );
}

/** What the lines mean, as far as there are such lines. */
function Legend({ edges }: Pick<Graph, 'edges'>): JSX.Element {
  const kinds = [
    { words: 'dependsOn', says: 'depends on', there: edges.some(({ kind }) => kind === 'dependsOn') },
    { words: 'requires', says: 'requires or provides a contract', there: edges.some(({ kind }) => kind === 'requires') },
    { words: 'requires optional', says: 'optional', there: edges.some(({ optional }) => optional) },
    { words: 'requires broken', says: 'not satisfied', there: edges.some(({ broken }) => broken) },
    { words: 'waiting', says: 'holding something up now', there: edges.some(({ waiting }) => waiting) },
    { words: 'critical', says: 'critical path of the last rollout', there: true },
  ];
  return (
    <ul className="row wrap soft graph-legend" aria-label="What the lines mean">
      {kinds
        .filter(({ there }) => there)
        .map(({ words, says }) => (
          <li key={says} className="row">
            <svg className="graph-lines" width="28" height="8" aria-hidden="true">
              <path className={words} d="M0 4h28" />
            </svg>
            {says}
          </li>
        ))}
    </ul>
  );
}

/** What is connected with anything; with a search, what it finds and what touches that. */
function connected({ nodes, edges }: Graph, text: string): Pick<Graph, 'nodes' | 'edges'> {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Set(nodes.filter(({ key }) => words.every((word) => key.toLowerCase().includes(word))).map(({ key }) => key));
  const near = edges.filter(({ from, to }) => found.has(from) || found.has(to));
  const touched = new Set(near.flatMap(({ from, to }) => [from, to]));
  return {
    nodes: nodes.filter(({ key }) => touched.has(key) || (words.length > 0 && found.has(key))),
    edges: near,
  };
}

function Critical({ critical }: { readonly critical: Graph['critical'] }): JSX.Element | null {
  if (critical.keys.length === 0) return null;
  const longest = Math.max(1, ...critical.durations);
  return (
    <section className="panel critical" aria-label="Critical path of the last rollout">
      <h2>
        The last rollout took {formatSpan(critical.duration)} along its critical path{' '}
        {critical.revision === '' ? null : <code className="soft">{critical.revision}</code>}
      </h2>
      <ol>
        {critical.keys.map((key, index) => (
          <li key={key}>
            <Link className="link clip" href={appPath(key)}>
              {key.split('/')[1]}
            </Link>
            <span className="critical-bar" aria-hidden="true">
              <i style={{ width: `${Math.max(1, ((critical.durations[index] ?? 0) / longest) * 100)}%` }} />
            </span>
            <span className="num">{formatSpan(critical.durations[index] ?? 0)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
