/** A change to make in Git: as a commit from here, after a look at it, or as text to take along. The cluster is not touched: what runs is what Git says. */
import { useState, type JSX } from 'react';
import type { Proposal as Proposed } from '../../../../../src/api/http/index.ts';
import { useAnswer } from '../../../data/hooks.ts';
import { call } from '../../../data/http.ts';
import { CodeBlock, PatchBlock } from '../../../parts/copy.tsx';
import { Skeleton } from '../../../parts/empty.tsx';
import { Icon } from '../../../parts/icon.tsx';
import { Note } from '../../../parts/note.tsx';
import { PlannedDialog } from '../planned.tsx';
import type { ObjectTarget } from './index.tsx';

interface ProposalProps {
  readonly name: 'ignoreField' | 'adoptField';
  readonly target: ObjectTarget;
  readonly path: string;
}

export function Proposal({ name, target, path }: ProposalProps): JSX.Element {
  const { data, error } = useAnswer(name, { params: target.params, query: { ...target.query, path } });
  if (error !== null)
    return (
      <Note mark="refused">
        <p>{error.message}</p>
        <p className="soft">{error.hint}</p>
      </Note>
    );
  if (data === undefined) return <Skeleton lines={4} />;
  return (
    <section className="stack proposal" aria-label={data.title}>
      <p>
        <strong>{data.title}</strong>
        {data.file === '' ? null : (
          <>
            {' '}
            in <code className="mono">{data.file}</code>
          </>
        )}
      </p>
      {data.patch === '' ? <CodeBlock label="To put into Git" text={data.yaml} /> : <Patched {...{ name, target, path, data }} />}
      {data.why === '' ? null : <p className="soft">There is no patch: {data.why}.</p>}
      {data.command === '' ? null : <CodeBlock label="Or, where the App itself is not in Git" text={data.command} />}
    </section>
  );
}

function Patched({ name, target, path, data }: ProposalProps & { readonly data: Proposed }): JSX.Element {
  const [asking, setAsking] = useState(false);
  const change = name === 'ignoreField' ? 'ignore' : 'adopt';
  return (
    <>
      <PatchBlock label="As a patch, for git apply" text={data.patch} />
      <div className="row">
        <button type="button" className="button" onClick={() => setAsking(true)}>
          <Icon name="commit" size={14} />
          Commit…
        </button>
      </div>
      {asking ? (
        <PlannedDialog
          title={data.title}
          label="Commit"
          version=""
          ask={(given, signal) =>
            call('changeField', {
              params: { ...target.params, change },
              body: { ...target.query, path, ...given },
              ...(signal === undefined ? {} : { signal }),
            })
          }
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
