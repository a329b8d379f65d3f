/** Where desired state comes from: what was fetched last, whether it is signed, what is wrong. */
import { useEffect, type JSX } from 'react';
import type { SourceRow } from '../../../../src/api/http/index.ts';
import { useLive } from '../../data/hooks.ts';
import { topicOf } from '../../data/routes.ts';
import { levels, plural } from '../../data/words.ts';
import { Empty, Skeleton } from '../../parts/empty.tsx';
import { OutLink } from '../../parts/link.tsx';
import { Note } from '../../parts/note.tsx';
import { StatusMark, Tag } from '../../parts/status.tsx';
import { Age } from '../../parts/time.tsx';
import './sources.css';

export default function SourcesView(): JSX.Element {
  useEffect(() => {
    document.title = 'Sources · Lockstep';
  }, []);
  const live = useLive<SourceRow>(topicOf('sources'));
  return (
    <div className="view stack">
      <h1>Sources</h1>
      {live.state === 'failed' ? <Empty mark="failed" title={live.error?.message ?? 'Sources could not be read'} /> : null}
      {live.state === 'loading' ? <Skeleton /> : null}
      {live.state === 'ready' && live.items.length === 0 ? <Empty mark="unknown" title="There is no Source yet" /> : null}
      {live.items.map((source) => (
        <Source key={source.key} source={source} />
      ))}
    </div>
  );
}

function Source({ source }: { readonly source: SourceRow }): JSX.Element {
  const { mark, word } = levels[source.level];
  return (
    <article className="panel source">
      <h2 className="row">
        <StatusMark mark={mark} label={word} /> {source.name} <span className="soft">{source.namespace}</span>
      </h2>
      <p>
        <OutLink href={source.url} /> <span className="soft">follows {source.ref}</span>
      </p>
      <p className="row wrap">
        <code className="mono">{source.revision === '' ? 'nothing fetched yet' : source.revision}</code>
        <Tag tone={source.signature === 'verified' ? 'ok' : source.signature === 'failed' ? 'bad' : 'none'}>
          {source.signature === 'notChecked' ? 'signature not checked' : source.signature}
        </Tag>
        {source.suspended === true ? <Tag tone="hold">suspended</Tag> : null}
      </p>
      <p className="soft">
        {plural(source.apps, 'App')} · every {source.interval}
        {source.fetchedAt === undefined ? null : (
          <>
            {' '}
            · fetched <Age at={source.fetchedAt} /> ago
          </>
        )}
      </p>
      {source.error === undefined ? null : (
        <Note mark="failed">
          <p>{source.error}</p>
          <p className="soft">{source.hint}</p>
        </Note>
      )}
    </article>
  );
}
