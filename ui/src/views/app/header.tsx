/** The sentence that says how an App is, why, where it runs, and the buttons. */
import type { JSX, ReactNode } from 'react';
import { Link } from 'wouter';
import type { AppDetail } from '../../../../src/api/http/index.ts';
import { appPath } from '../../data/place.ts';
import { rowMark } from '../../data/words.ts';
import { Icon } from '../../parts/icon.tsx';
import { OutLink } from '../../parts/link.tsx';
import { StatusMark, Tag } from '../../parts/status.tsx';
import { Moment } from '../../parts/time.tsx';
import { Actions } from './actions.tsx';
import { Warnings, Why } from './why.tsx';

export function Header({ app }: { readonly app: AppDetail }): JSX.Element {
  const { mark, word } = rowMark(app);
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
            <StatusMark mark={mark} size={24} label={word} />
            {app.name}
            {app.environment === '' ? null : <Tag>{app.environment}</Tag>}
          </h1>
        </div>
        <Actions app={app} />
      </div>
      <Sentence app={app} />
      <Commit app={app} />
      <Why app={app} />
      <Warnings app={app} />
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

/** The commit it is about, and what was good before when this one is not. */
function Commit({ app: { commit, lastGood, level } }: { readonly app: AppDetail }): JSX.Element | null {
  const before = level === 'broken' ? lastGood : undefined;
  if (commit === undefined && before === undefined) return null;
  return (
    <p className="app-commit">
      {commit === undefined ? null : (
        <>
          <Icon name="commit" /> <strong>{commit.subject}</strong>{' '}
          <span className="soft">
            by {commit.author.replace(/\s*<[^>]*>$/, '')}, <Moment at={commit.at} />
          </span>
        </>
      )}
      {before === undefined ? null : (
        <span className="soft">
          Before that <code>{before.revision}</code> was well.
        </span>
      )}
    </p>
  );
}

function Facts({ app }: { readonly app: AppDetail }): JSX.Element {
  const { source, target, urls, links, images, dependsOn } = app;
  return (
    <dl className="app-facts">
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
      <Fact name="Comes from">
        {source.name} <span className="soft">{source.chart === '' ? source.path || '/' : `chart ${source.chart}`}</span>
        <br />
        <OutLink href={source.url} />
      </Fact>
      <Fact name="Goes to">
        {target.cluster === '' ? '' : `${target.cluster} · `}
        {target.namespace}
      </Fact>
      {images.length === 0 ? null : (
        <Fact name={images.length === 1 ? 'Image' : 'Images'}>
          {images.map((image) => (
            <div key={image} className="mono app-image">
              {image}
            </div>
          ))}
        </Fact>
      )}
      {dependsOn.length === 0 ? null : (
        <Fact name="Depends on">
          {dependsOn.map((key) => (
            <div key={key}>
              <Dependency name={key} home={app.namespace} />
            </div>
          ))}
        </Fact>
      )}
    </dl>
  );
}

/** `namespace/name` is an App; with a kind before it, some other object. */
function Dependency({ name, home }: { readonly name: string; readonly home: string }): JSX.Element {
  if (name.split('/').length !== 2) return <>{name}</>;
  return (
    <Link className="link" href={appPath(name)}>
      {name.startsWith(`${home}/`) ? name.slice(home.length + 1) : name}
    </Link>
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
