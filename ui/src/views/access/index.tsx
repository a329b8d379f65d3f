/** Who you are here, what you may do where, and who else can come in. Every line is what Kubernetes says about you. */
import { useEffect, type JSX, type ReactNode } from 'react';
import type { AccessView as Access, SessionView } from '../../../../src/api/http/index.ts';
import { useAnswer } from '../../data/hooks.ts';
import { CodeBlock } from '../../parts/copy.tsx';
import { Empty, Skeleton } from '../../parts/empty.tsx';
import { Icon } from '../../parts/icon.tsx';
import { OutLink } from '../../parts/link.tsx';
import { Tag } from '../../parts/status.tsx';
import { Moment } from '../../parts/time.tsx';
import { useSession } from '../../shell/session.tsx';
import './access.css';

const methods: { readonly [method in SessionView['method']]: string } = {
  local: 'with name and password',
  oidc: 'by single sign-on',
  link: 'by the link that the command printed',
  token: 'with a token of the cluster',
  anonymous: 'without signing in',
  none: 'not at all',
};

export default function AccessView(): JSX.Element {
  const session = useSession();
  useEffect(() => {
    document.title = 'Access · Lockstep';
  }, []);
  const { data, error } = useAnswer('access');
  return (
    <div className="view stack access">
      <h1>Access</h1>
      <You session={session} />
      {error === null ? null : (
        <Empty mark="failed" title={error.message}>
          <p>{error.hint}</p>
        </Empty>
      )}
      {data === undefined && error === null ? <Skeleton lines={6} /> : null}
      {data === undefined ? null : (
        <>
          <Rights access={data} />
          <WaysIn access={data} />
        </>
      )}
    </div>
  );
}

function You({ session }: { readonly session: SessionView }): JSX.Element {
  const { name, user, groups, method, expiresAt } = session;
  return (
    <section className="panel access-you" aria-label="You">
      <Icon name={session.anonymous ? 'lock' : 'user'} size={24} />
      <div className="stack-tight">
        <h2>{session.anonymous ? 'Nobody is signed in' : name}</h2>
        <p className="soft">
          {name === user || user === '' ? '' : `Kubernetes user ${user}; `}signed in {methods[method]}
          {expiresAt === undefined ? null : (
            <>
              , until <Moment at={expiresAt} />
            </>
          )}
        </p>
        <p className="row wrap">
          {groups.length === 0 ? <span className="soft">of no group</span> : groups.map((group) => <Tag key={group}>{group}</Tag>)}
        </p>
      </div>
    </section>
  );
}

const columns = [
  ['see', 'See Apps'],
  ['change', 'Sync, suspend, resume'],
  ['approve', 'Approve plans'],
  ['logs', 'Read logs'],
  ['secrets', 'See that Secrets exist'],
] as const;

function Rights({ access }: { readonly access: Access }): JSX.Element {
  return (
    <section className="panel" aria-label="What you may do">
      <header>
        <h2>What you may do</h2>
        <span className="soft">as Kubernetes RBAC says, asked as you</span>
      </header>
      {access.rights.length === 0 ? (
        <Empty mark="refused" title="You may see nothing here">
          <p>Ask whoever runs this cluster for a RoleBinding that lets you list apps.lockstep.dev.</p>
        </Empty>
      ) : (
        <div className="access-scroll" tabIndex={0} role="group" aria-label="Rights by namespace">
          <table className="access-table">
            <thead>
              <tr>
                <th scope="col">Namespace</th>
                {columns.map(([key, label]) => (
                  <th key={key} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {access.rights.map((row) => (
                <tr key={row.namespace}>
                  <th scope="row">{row.namespace === '' ? <em>everywhere</em> : row.namespace}</th>
                  {columns.map(([key]) => (
                    <td key={key} className={row[key] ? 'tone-ok' : 'muted'}>
                      {row[key] ? <Icon name="check" /> : <span aria-hidden="true">–</span>}
                      <span className="sr-only">{row[key] ? 'yes' : 'no'}</span>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {access.truncated ? <p className="soft access-note">More namespaces have Apps than were asked about.</p> : null}
    </section>
  );
}

function WaysIn({ access }: { readonly access: Access }): JSX.Element {
  const { oidc, anonymous, users, home } = access;
  return (
    <section className="panel" aria-label="Ways in">
      <header>
        <h2>Ways in</h2>
        <span className="soft">RBAC says what each person sees; nobody acts with Lockstep’s own rights</span>
      </header>
      <dl className="access-ways">
        <Way name="Single sign-on" on={oidc !== undefined}>
          {oidc === undefined ? (
            <>
              No OpenID Connect provider is set: <code>Platform.spec.dashboard.oidc</code>.
            </>
          ) : (
            <>
              <OutLink href={oidc.issuer} /> as client <code>{oidc.clientId}</code>; people are Kubernetes users <code>{oidc.user}</code> in
              groups <code>{oidc.groups}</code>. An empty claim lets nobody in.
            </>
          )}
        </Way>
        <Way name="Local users" on={users.items.length > 0}>
          {users.known ? null : `You may not read the Secret lockstep-users in ${home}, so they are not shown to you.`}
          {users.known && users.items.length === 0 ? 'There are none.' : null}
          {users.items.length === 0 ? null : (
            <ul className="access-users">
              {users.items.map(({ name, groups }) => (
                <li key={name} className="row wrap">
                  <strong>{name}</strong>{' '}
                  {groups.map((group) => (
                    <Tag key={group}>{group}</Tag>
                  ))}
                </li>
              ))}
            </ul>
          )}
          <CodeBlock label="Add one; the password is kept as a hash" text="lockstep user NAME --groups GROUPS < password.txt" />
        </Way>
        <Way name="Without signing in" on={anonymous}>
          {anonymous
            ? 'Whoever reaches this page reads what RBAC gives to system:anonymous, and changes nothing.'
            : 'Off. Platform.spec.dashboard.anonymous lets people read without signing in.'}
        </Way>
      </dl>
    </section>
  );
}

interface WayProps {
  readonly name: string;
  readonly on: boolean;
  readonly children: ReactNode;
}

function Way({ name, on, children }: WayProps): JSX.Element {
  return (
    <div>
      <dt className="row">
        {name} <Tag tone={on ? 'ok' : 'none'}>{on ? 'on' : 'off'}</Tag>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
