/** What the next apply does: wave by wave, object by object, field by field; prunes and refusals stand out. */
import type { JSX } from 'react';
import type { PlanView } from '../../../../src/api/http/index.ts';
import { useAnswer } from '../../data/hooks.ts';
import { operationWords, plural } from '../../data/words.ts';
import { Empty, Skeleton } from '../../parts/empty.tsx';
import { Note } from '../../parts/note.tsx';
import { type Mark, Tag } from '../../parts/status.tsx';
import type { AppPlace } from './index.tsx';

type Item = PlanView['waves'][number]['items'][number];

interface PlanProps {
  readonly place: AppPlace;
  readonly generation: string;
  /** Warnings that the page shows already. */
  readonly told: readonly { readonly message: string }[];
}

export function Plan({ place, generation, told }: PlanProps): JSX.Element {
  const { data, error } = useAnswer('plan', { params: { ...place }, version: generation });
  if (error !== null) return <Empty mark={error.status === 404 ? 'pending' : 'failed'} title={error.message} />;
  if (data === undefined) return <Skeleton />;
  const waves = data.waves
    .map((wave) => ({ ...wave, items: wave.items.filter(({ operation }) => operation !== 'keep') }))
    .filter(({ items }) => items.length > 0);
  return (
    <section className="stack" aria-label="Plan">
      <Reasons reasons={data.refused} mark="refused" />
      <Reasons reasons={data.warnings.filter(({ message }) => !told.some((known) => known.message === message))} mark="stale" />
      {data.approval.needed && !data.approval.given ? <Note mark="waiting">This plan waits for an approval.</Note> : null}
      {waves.length === 0 ? <Empty mark="healthy" title="Nothing would change" /> : null}
      {waves.map(({ step, prunes, items }) => (
        <div key={step} className={`panel wave ${prunes ? 'tone-bad' : ''}`}>
          <h3>
            {prunes ? 'Prune' : `Wave ${step + 1}`} <span className="soft">{plural(items.length, 'object')}</span>
          </h3>
          {items.map((item) => (
            <PlannedObject key={`${item.ref.kind} ${item.ref.namespace} ${item.ref.name}`} item={item} />
          ))}
        </div>
      ))}
    </section>
  );
}

/** Refusals of the whole plan, or warnings that stop nothing. */
function Reasons({ reasons, mark }: { readonly reasons: PlanView['refused']; readonly mark: Mark }): JSX.Element {
  return (
    <>
      {reasons.map(({ rule, code, message, hint }) => (
        <Note key={`${rule} ${code} ${message}`} mark={mark}>
          <p>
            <strong>{code}</strong> ({rule}): {message}
          </p>
          {hint === undefined ? null : <p className="soft">{hint}</p>}
        </Note>
      ))}
    </>
  );
}

function PlannedObject({ item }: { readonly item: Item }): JSX.Element {
  const { sign, word, tone } = operationWords(item.operation);
  return (
    <details open={item.changes.length > 0 && item.changes.length < 20}>
      <summary>
        <span className={`mono tone-${tone}`} aria-hidden="true">
          {sign}
        </span>{' '}
        <Tag tone={tone}>{word}</Tag> {item.ref.kind} <strong>{item.ref.name}</strong>{' '}
        {item.irreversible ? <Tag tone="bad">irreversible</Tag> : null} {item.waits ? <Tag tone="warn">waits for a person</Tag> : null}
      </summary>
      {item.reasons.map(({ rule, message }) => (
        <p key={`${rule} ${message}`} className="soft">
          {message} ({rule})
        </p>
      ))}
      <ul className="changes">
        {item.changes.map(({ path, before, after, manager }) => (
          <li key={path} className="mono">
            <span>{path}</span>
            {before === undefined ? null : <del>− {before}</del>}
            {after === undefined ? null : <ins>+ {after}</ins>}
            {manager === undefined || manager === '' ? null : <span className="soft">set by {manager}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}
