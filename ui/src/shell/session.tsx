/** Who is looking: asked for once, and again whenever the server says that nobody is signed in any more. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, type JSX, type ReactNode } from 'react';
import type { SessionView } from '../../../src/api/http/index.ts';
import { call, setCsrf, whenSignedOut, type ApiError } from '../data/http.ts';
import { Empty } from '../parts/empty.tsx';
import { SignIn } from './sign-in.tsx';

const Session = createContext<SessionView | undefined>(undefined);

export function useSession(): SessionView {
  const session = useContext(Session);
  if (session === undefined) throw new Error('no session around this view');
  return session;
}

export function SessionGate({ children }: { readonly children: ReactNode }): JSX.Element {
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery<SessionView, ApiError>({
    queryKey: ['session'],
    queryFn: async ({ signal }) => {
      const session = await call('session', { signal });
      setCsrf(session.csrf);
      return session;
    },
    retry: (_, problem) => problem.status === 0,
    retryDelay: 2000,
  });
  useEffect(() => whenSignedOut(() => void queries.invalidateQueries({ queryKey: ['session'] })), [queries]);
  if (error !== null && data === undefined) {
    return (
      <main className="gate">
        <Empty mark="failed" title={error.message}>
          <p>{error.hint}</p>
          <button type="button" className="button" onClick={() => void refetch()}>
            Try again
          </button>
        </Empty>
      </main>
    );
  }
  if (data === undefined) return <main className="gate" aria-busy="true" />;
  if (data.user === '' && !data.anonymous) return <SignIn session={data} />;
  return <Session.Provider value={data}>{children}</Session.Provider>;
}
