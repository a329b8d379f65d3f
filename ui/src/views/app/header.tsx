/** The sentence that says how an App is, why, where it runs, and the buttons. */
import type { JSX, ReactNode } from 'react';
import { Link } from 'wouter';
import type { AppDetail } from '../../../../src/api/http/index.ts';
import { rowMark } from '../../data/words.ts';
import { OutLink } from '../../parts/link.tsx';
import { Note } from '../../parts/note.tsx';
import { StatusMark, Tag } from '../../parts/status.tsx';
import { Moment } from '../../parts/time.tsx';
import { Actions } from './actions.tsx';

export function Header({ app }: { readonly app: AppDetail }): JSX.Element {
  return (
    <header className="app-head">
      <div className="row between wrap">
        <div className="stack-tight">
          <p className="app-crumbs soft">
            <Link className="link" href="/">
              System
            </Link>{' '}
            / {app.namespace}
          </p>
          <h1 className="app-title">
            <StatusMark mark={rowMark(app).mark} size={24} label={rowMark(app).word} />
            {app.name}
            {app.environment === '' ? null : <Tag>{app.environment}</Tag>}
          </h1>
        </div>
        <Actions app={app} />
      </div>
      <Sentence app={app} />
      {app.reasons.map((why) => (
        <Note key={`${why.reason} ${why.object ?? ''} ${why.file ?? ''}`} mark={app.level === 'broken' ? 'failed' : 'waiting'}>
          <p>
            <strong>{why.reason}</strong> since <Moment at={why.since} />: {why.message}
          </p>
          {why.file === undefined || why.file === '' ? null : <p className="mono">{why.file}</p>}
          {why.hint === undefined || why.hint === '' ? null : <p className="soft">{why.hint}</p>}
        </Note>
      ))}
      <Facts app={app} />
    </header>
  );
}

function Sentence({ app: { headline } }: { readonly app: AppDetail }): JSX.Element {
  const { verb, revision, since, health, notes } = headline;
  return (
    <p className="app-sentence">
      {verb}
      {revision === '' ? null : (
        <>
          {' '}
          <code className="mono">{revision}</code>
        </>
      )}
      {since === undefined ? null : (
        <>
          {' '}
          since <Moment at={since} />
        </>
      )}
      {health === '' ? null : `, ${health}`}
      {notes.map((note) => `; ${note}`).join('')}
    </p>
  );
}

function Facts({ app }: { readonly app: AppDetail }): JSX.Element {
  const { source, target, urls, links, images, dependsOn } = app;
  return (
    <dl className="app-facts">
      <Fact name="Source">
        {source.name}
        <span className="soft">
          {' '}
          {source.chart === '' ? source.path || '/' : `chart ${source.chart}`} · <OutLink href={source.url} />
        </span>
      </Fact>
      <Fact name="Goes to">
        {target.cluster === '' ? '' : `${target.cluster} · `}
        {target.namespace}
      </Fact>
      {urls.length + links.length === 0 ? null : (
        <Fact name="Runs at">
          <span className="row wrap">
            {urls.map((url) => (
              <OutLink key={url} href={url} />
            ))}
            {links.map(({ name, url }) => (
              <OutLink key={`${name} ${url}`} href={url}>
                {name}
              </OutLink>
            ))}
          </span>
        </Fact>
      )}
      {images.length === 0 ? null : (
        <Fact name="Images">
          <span className="mono app-images">{images.join(', ')}</span>
        </Fact>
      )}
      {dependsOn.length === 0 ? null : <Fact name="Depends on">{dependsOn.join(', ')}</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
