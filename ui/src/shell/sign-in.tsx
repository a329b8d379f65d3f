/** The door: local users, single sign-on, or the link that the command printed. */
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type JSX } from 'react';
import type { SessionView } from '../../../src/api/http/index.ts';
import { ApiError, call } from '../data/http.ts';
import { Note } from '../parts/note.tsx';
import { Mark } from './mark.tsx';

export function SignIn({ session }: { readonly session: SessionView }): JSX.Element {
  const queries = useQueryClient();
  const [problem, setProblem] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const local = session.methods.some(({ kind }) => kind === 'local');
  const oidc = session.methods.filter(({ kind }) => kind === 'oidc');

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (field: string): string => {
      const value = form.get(field);
      return typeof value === 'string' ? value : '';
    };
    setBusy(true);
    try {
      await call('signIn', { body: { user: text('user'), password: text('password') } });
      await queries.invalidateQueries();
    } catch (error) {
      setProblem(error instanceof ApiError ? error : undefined);
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="gate">
      <div className="door panel">
        <Mark size={40} />
        <h1>{session.installation === '' ? 'Lockstep' : session.installation}</h1>
        <p className="soft">Sign in to see what runs, what changed and what waits.</p>
        {problem === undefined ? null : (
          <Note mark="failed">
            <strong>{problem.message}</strong>
            {problem.hint === undefined ? null : <span>{problem.hint}</span>}
          </Note>
        )}
        {new URLSearchParams(window.location.search).get('link') === 'expired' ? (
          <Note mark="refused">This link was used before, or is too old.</Note>
        ) : null}
        {oidc.map(({ name }) => (
          <a key={name} className="button primary" href="/login/oidc">
            Continue with {name}
          </a>
        ))}
        {local ? (
          <form className="stack" onSubmit={(event) => void submit(event)}>
            <div className="field">
              <label htmlFor="user">User</label>
              <input id="user" name="user" className="input" autoComplete="username" required autoFocus />
            </div>
            <div className="field">
              <label htmlFor="password">Password</label>
              <input id="password" name="password" className="input" type="password" autoComplete="current-password" required />
            </div>
            <button type="submit" className="button primary" disabled={busy}>
              {busy ? 'Signing in…' : 'Sign in'}
            </button>
          </form>
        ) : null}
        <p className="soft small">
          {session.methods.length === 0 ? 'Open' : 'Or open'} the link that <code>lockstep up</code> printed when it started. It works once.
        </p>
      </div>
    </main>
  );
}
