/** Two moments side by side: which Apps run something else, which images changed, and for one App which objects and fields were written in between. */
import { useEffect, useState, type FormEvent, type JSX } from 'react';
import { Link } from 'wouter';
import type { Comparison } from '../../../../src/api/http/index.ts';
import { useAnswer } from '../../data/hooks.ts';
import { appPath, usePlace } from '../../data/place.ts';
import { operationWords, plural, shortHashes } from '../../data/words.ts';
import { Empty, Skeleton } from '../../parts/empty.tsx';
import { Tag, type Tone } from '../../parts/status.tsx';
import { formatMoment, Moment } from '../../parts/time.tsx';
import { comparePath, fromLocal, pastPath, QUICK, toLocal, toMoment } from './moments.ts';
import './compare.css';

export default function CompareView(): JSX.Element {
  const place = usePlace();
  const [app, from, to] = [place.get('app'), place.get('from'), place.get('to')];
  useEffect(() => {
    document.title = 'Compare · Lockstep';
  }, []);
  const { data, error } = useAnswer('compare', {
    query: { from, ...(app === '' ? {} : { app }), ...(to === '' ? {} : { to }) },
    enabled: from !== '',
  });
  return (
    <div className="view stack">
      <h1>{app === '' ? 'Compare two moments' : `Compare ${app.split('/')[1] ?? app}`}</h1>
      <Moments key={`${from} ${to}`} from={from} to={to} />
      {from === '' ? <Empty mark="unknown" title="Choose two moments" /> : null}
      {error === null ? null : (
        <Empty mark="failed" title={error.message}>
          <p>{error.hint}</p>
        </Empty>
      )}
      {from !== '' && data === undefined && error === null ? <Skeleton lines={6} /> : null}
      {from === '' || data === undefined ? null : <Result comparison={data} app={app} />}
    </div>
  );
}

function Moments({ from, to }: { readonly from: string; readonly to: string }): JSX.Element {
  const place = usePlace();
  const [begin, setBegin] = useState(() => toLocal(from === '' ? Date.now() - 86_400_000 : Date.parse(from)));
  const [end, setEnd] = useState(() => (to === '' ? '' : toLocal(Date.parse(to))));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const [a, b] = [fromLocal(begin), end === '' ? undefined : fromLocal(end)];
    if (a !== undefined) place.set({ from: toMoment(a), to: b === undefined ? '' : toMoment(b) }, 'push');
  };
  return (
    <form className="row wrap compare-form" onSubmit={submit}>
      <label className="field">
        <span>From</span>
        <input type="datetime-local" className="input" value={begin} onChange={(event) => setBegin(event.target.value)} required />
      </label>
      <label className="field">
        <span>To (empty: now)</span>
        <input type="datetime-local" className="input" value={end} onChange={(event) => setEnd(event.target.value)} />
      </label>
      <button type="submit" className="button primary">
        Compare
      </button>
      <span className="row wrap">
        {QUICK.map(({ label, from: moment }) => (
          <button key={label} type="button" className="button" onClick={() => place.set({ from: toMoment(moment()), to: '' }, 'push')}>
            {label}
          </button>
        ))}
      </span>
    </form>
  );
}

const changes: { readonly [change in Comparison['apps'][number]['change']]: { readonly word: string; readonly tone: Tone } } = {
  added: { word: 'new', tone: 'ok' },
  removed: { word: 'gone', tone: 'bad' },
  changed: { word: 'changed', tone: 'busy' },
  same: { word: 'as before', tone: 'none' },
};

function Result({ comparison, app }: { readonly comparison: Comparison; readonly app: string }): JSX.Element {
  const { from, to, apps, images, objects, incomplete } = comparison;
  const different = apps.filter(({ change }) => change !== 'same');
  return (
    <>
      <p className="compare-sentence">
        {app === '' ? (
          different.length === 0 ? (
            'Every App ran the same'
          ) : (
            <>
              <strong>{plural(different.length, 'App')}</strong> {different.length === 1 ? 'runs' : 'run'} something else
            </>
          )
        ) : different.length === 0 ? (
          'It ran the same revision'
        ) : (
          'It runs another revision'
        )}{' '}
        at{' '}
        <Link className="link" href={pastPath(Date.parse(to))}>
          {formatMoment(to)}
        </Link>{' '}
        {different.length === 0 ? 'as' : 'than'} at{' '}
        <Link className="link" href={pastPath(Date.parse(from))}>
          {formatMoment(from)}
        </Link>
        {images.length === 0 ? '' : `; ${plural(images.length, 'image')} changed`}.
      </p>
      {apps.length === 0 ? <Empty mark="healthy" title="Nothing changed" /> : <Apps comparison={comparison} app={app} />}
      {images.length === 0 ? null : <Images images={images} app={app} />}
      {objects.length === 0 ? null : <Objects objects={objects} />}
      {incomplete === undefined ? null : <p className="soft">{incomplete}</p>}
    </>
  );
}

function Apps({ comparison: { apps, from, to }, app }: { readonly comparison: Comparison; readonly app: string }): JSX.Element {
  return (
    <section className="panel" aria-label="Apps">
      <ul className="compare-list">
        {apps.map(({ key, change, from: before, to: after }) => (
          <li key={key}>
            <span className="row wrap">
              <Link className="link" href={appPath(key)}>
                {key}
              </Link>
              <Tag tone={changes[change].tone}>{changes[change].word}</Tag>
            </span>
            <span className="compare-sides">
              <Side side={before} />
              <span aria-label="became">→</span>
              <Side side={after} />
            </span>
            {app === '' && change === 'changed' ? (
              <Link className="link" href={comparePath({ app: key, from: Date.parse(from), to: Date.parse(to) })}>
                Objects and fields
              </Link>
            ) : (
              <span />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Side({ side }: { readonly side: Comparison['apps'][number]['from'] }): JSX.Element {
  if (side.revision === '') return <span className="muted">nothing</span>;
  return (
    <span className="compare-side">
      <code>{shortHashes(side.revision)}</code>
      <span className="soft">
        {side.commit === undefined ? null : `${side.commit.subject}, `}since <Moment at={side.at} />
      </span>
    </span>
  );
}

function Images({ images, app }: { readonly images: Comparison['images']; readonly app: string }): JSX.Element {
  return (
    <section className="panel" aria-label="Images">
      <header>
        <h2>Images</h2>
      </header>
      <ul className="compare-list">
        {images.map(({ app: key, before, after }) => (
          <li key={`${key} ${before} ${after}`}>
            <span>{app === '' ? key : 'image'}</span>
            <span className="compare-sides">
              <code className={before === '' ? 'muted' : 'tone-bad'}>{before || 'none'}</code>
              <span aria-label="became">→</span>
              <code className={after === '' ? 'muted' : 'tone-ok'}>{after || 'none'}</code>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Objects({ objects }: { readonly objects: Comparison['objects'] }): JSX.Element {
  return (
    <section className="panel" aria-label="Objects">
      <header>
        <h2>Manifests</h2>
        <span className="soft">{plural(objects.length, 'object differs', 'objects differ')}</span>
      </header>
      <ul className="compare-objects">
        {objects.map(({ ref, change, fields }) => {
          const { sign, tone } = operationWords(change === 'added' ? 'create' : change === 'removed' ? 'prune' : 'change');
          return (
            <li key={`${ref.kind} ${ref.namespace} ${ref.name}`}>
              <p>
                <span className={`mono tone-${tone}`} aria-hidden="true">
                  {sign}
                </span>{' '}
                {ref.kind} <strong>{ref.name}</strong> <span className="soft">{change}</span>
              </p>
              {fields.map((field) => (
                <Field key={field.path} field={field} />
              ))}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Values are JSON; a field that the ledger alone knows of has none. */
function Field({ field: { path, before, after } }: { readonly field: Comparison['objects'][number]['fields'][number] }): JSX.Element {
  return (
    <p className="mono compare-field">
      <span>{path}</span>
      {before === undefined && after === undefined ? null : (
        <span className="compare-values">
          <del className={before === undefined ? 'muted' : 'tone-bad'}>{before ?? 'not set'}</del>
          <span aria-label="became">→</span>
          <ins className={after === undefined ? 'muted' : 'tone-ok'}>{after ?? 'not set'}</ins>
        </span>
      )}
    </p>
  );
}
