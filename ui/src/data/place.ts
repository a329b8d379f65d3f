/** The address bar as state: every filter, tab, selection and moment is a query parameter, so any view can be sent to somebody else. */
import { useLocation, useSearch } from 'wouter';

export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
  get(key: string): string;
  /** Sets (or with '' removes) parameters. `push` makes a step that the back button undoes. */
  set(changes: Readonly<Record<string, string>>, how?: 'push' | 'replace'): void;
  /** The address with these parameters changed, for a link. */
  with(changes: Readonly<Record<string, string>>): string;
}

export function usePlace(): Place {
  const [path, navigate] = useLocation();
  const search = useSearch();
  const query = new URLSearchParams(search);
  const changed = (changes: Readonly<Record<string, string>>): string => {
    // The bar as it is now, not as it was at the last render: two changes in one frame must not undo each other.
    const next = new URLSearchParams(window.location.search);
    for (const [key, value] of Object.entries(changes)) {
      if (value === '') next.delete(key);
      else next.set(key, value);
    }
    return next.size === 0 ? path : `${path}?${next}`;
  };
  return {
    path,
    query,
    get: (key) => query.get(key) ?? '',
    set: (changes, how = 'replace') => navigate(changed(changes), { replace: how === 'replace' }),
    with: changed,
  };
}

/** Address of an App's page: `/apps/team-shop/shop`, or one of its tabs. */
export const appPath = (key: string, tab = ''): string => {
  const [namespace = '', name = ''] = key.split('/');
  return `/apps/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}${tab === '' ? '' : `/${tab}`}`;
};
