/** A change to make in Git, as text to take along. Nothing is changed from here: what runs is what Git says. */
import type { JSX } from 'react';
import { useAnswer } from '../../../data/hooks.ts';
import { CodeBlock } from '../../../parts/copy.tsx';
import { Skeleton } from '../../../parts/empty.tsx';
import { Note } from '../../../parts/note.tsx';
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
      {data.patch === '' ? null : <CodeBlock label="As a patch: git apply" text={data.patch} />}
      {data.patch === '' ? <CodeBlock label="To put into Git" text={data.yaml} /> : null}
      {data.command === '' ? null : <CodeBlock label="Or, where the App itself is not in Git" text={data.command} />}
    </section>
  );
}
