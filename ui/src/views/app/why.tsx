/** Why an App is not as it should be: the controller's own words, the chain from the App to the root, since when, and the next step. */
import type { JSX } from 'react';
import { Link } from 'wouter';
import type { AppDetail } from '../../../../src/api/http/index.ts';
import { appPath } from '../../data/place.ts';
import { shortHashes } from '../../data/words.ts';
import { Note } from '../../parts/note.tsx';
import { Moment } from '../../parts/time.tsx';

type Waiting = NonNullable<AppDetail['waitingFor']>;
type Reason = AppDetail['reasons'][number];

const enders: { readonly [owner in Waiting['owner']]: string } = {
  lockstep: 'Lockstep goes on by itself.',
  cluster: 'It goes on when the cluster is ready.',
  person: 'Only a person can end this.',
};

export function Why({ app }: { readonly app: AppDetail }): JSX.Element | null {
  const { reasons, waitingFor, level } = app;
  const mark = level === 'broken' ? 'failed' : 'waiting';
  if (reasons.length === 0 && waitingFor === undefined) return null;
  return (
    <section className="stack" aria-label="Why">
      {reasons.length > 0 || waitingFor === undefined ? null : (
        <Note mark={mark}>
          <p>{shortHashes(waitingFor.message)}</p>
          <Chain waiting={waitingFor} told={[]} />
        </Note>
      )}
      {reasons.map((why, index) => (
        <Note key={`${why.reason} ${why.object ?? ''} ${why.file ?? ''}`} mark={mark}>
          <p>
            <strong>{why.reason}</strong> since <Moment at={why.since} />: {shortHashes(why.message)}
          </p>
          {why.file === undefined || why.file === '' ? null : <p className="mono">{why.file}</p>}
          {index > 0 || waitingFor === undefined ? null : <Chain waiting={waitingFor} told={reasons} />}
          {why.hint === undefined || why.hint === '' ? null : <p className="soft">{why.hint}</p>}
        </Note>
      ))}
    </section>
  );
}

/** What stops nothing and should be known. */
export function Warnings({ app: { warnings } }: { readonly app: AppDetail }): JSX.Element | null {
  if (warnings.length === 0) return null;
  return (
    <section className="stack" aria-label="Warnings">
      {warnings.map(({ reason, message, since }) => (
        <Note key={`${reason} ${message}`} mark="stale">
          <p>
            <strong>{reason}</strong> since <Moment at={since} />: {shortHashes(message)}
          </p>
        </Note>
      ))}
    </section>
  );
}

/** What stands between the App and the root cause; what a reason said already is not repeated. */
function Chain({ waiting, told }: { readonly waiting: Waiting; readonly told: readonly Reason[] }): JSX.Element {
  const { deadline, owner, chain } = waiting;
  const said = (message: string | undefined): boolean => message !== undefined && told.some((reason) => reason.message.includes(message));
  const steps = chain.slice(1).filter(({ message }) => !said(message));
  // Where no reason is told, the sentence above says it; a reason's own hint is shown with it.
  const next = told.length === 0 || told.some(({ hint }) => hint === waiting.next) ? undefined : waiting.next;
  return (
    <>
      {steps.length === 0 ? null : (
        <ol className="why-chain" aria-label="The chain that leads to it">
          {steps.map((step) => (
            <li key={step.object}>
              <ObjectName name={step.object} />{' '}
              <span className="soft">
                {step.reason}
                {step.message === undefined ? '' : `: ${step.message}`}
              </span>
            </li>
          ))}
        </ol>
      )}
      <p className="soft">
        {enders[owner]}
        {next === undefined ? null : ` ${next}`}
        {deadline === undefined ? null : (
          <>
            {' '}
            If nothing changes, it fails at <Moment at={deadline} />.
          </>
        )}
      </p>
    </>
  );
}

/** Apps are links; anything else is its name. */
function ObjectName({ name }: { readonly name: string }): JSX.Element {
  const [kind, namespace, own] = name.split('/');
  if (kind !== 'App' || namespace === undefined || own === undefined) return <strong>{name}</strong>;
  return (
    <Link className="link" href={appPath(`${namespace}/${own}`)}>
      {name}
    </Link>
  );
}
