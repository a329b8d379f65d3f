/** The frame around every view: where you are, where you can go, whether what you see is live. */
import { useMemo, useState, type JSX, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useConnection } from '../data/hooks.ts';
import { call } from '../data/http.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { Menu } from '../parts/menu.tsx';
import { StatusMark } from '../parts/status.tsx';
import { KeyboardHelp } from './keyboard-help.tsx';
import { useShortcuts, type Shortcut } from './keys.ts';
import { Mark } from './mark.tsx';
import { Palette } from './palette.tsx';
import { useSession } from './session.tsx';
import { setTheme, useTheme, type Theme } from './theme.ts';
import { Toasts } from './toasts.tsx';

interface Section {
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
  readonly keys: string;
}

const sections: readonly Section[] = [
  { path: '/', label: 'System', icon: 'system', keys: 'g s' },
  { path: '/timeline', label: 'Timeline', icon: 'timeline', keys: 'g t' },
  { path: '/graph', label: 'Graph', icon: 'graph', keys: 'g g' },
  { path: '/delivery', label: 'Delivery', icon: 'delivery', keys: 'g d' },
  { path: '/sources', label: 'Sources', icon: 'sources', keys: 'g o' },
  { path: '/access', label: 'Access', icon: 'access', keys: 'g a' },
];

const isHere = (section: Section, path: string): boolean =>
  section.path === '/'
    ? path === '/' || path.startsWith('/apps/')
    : path.startsWith(section.path) || (section.path === '/timeline' && (path === '/compare' || path === '/past'));

export function Shell({ children }: { readonly children: ReactNode }): JSX.Element {
  const [path, navigate] = useLocation();
  const [overlay, setOverlay] = useState<'palette' | 'keys'>();
  const commands = useMemo(
    (): readonly (Shortcut & { readonly icon: IconName })[] => [
      ...sections.map(({ path: to, label, icon, keys }) => ({ label: `Go to ${label}`, icon, keys, run: () => navigate(to) })),
      { label: 'Find an App or a command', icon: 'search', keys: 'mod+k', run: () => setOverlay('palette') },
      { label: 'Search this view', icon: 'filter', keys: '/', run: focusSearch },
      { label: 'Show the keyboard map', icon: 'keyboard', keys: '?', run: () => setOverlay('keys') },
      { label: 'Switch between light and dark', icon: 'moon', keys: 'shift+t', run: () => setTheme(isDark() ? 'light' : 'dark') },
    ],
    [navigate],
  );
  useShortcuts(commands);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <nav className="rail" aria-label="Sections">
        <Link href="/" className="brand-link" aria-label="Lockstep: System">
          <Mark />
          <span className="brand-name">Lockstep</span>
        </Link>
        <button type="button" className="palette-button" onClick={() => setOverlay('palette')}>
          <Icon name="search" />
          <span>Find…</span>
          <span className="sr-only">an App or a command</span>
          <kbd className="kbd" aria-hidden="true">
            ⌘K
          </kbd>
        </button>
        <ul className="rail-list">
          {sections.map((section) => (
            <li key={section.path}>
              <Link href={section.path} aria-label={section.label} aria-current={isHere(section, path) ? 'page' : undefined}>
                <Icon name={section.icon} />
                <span>{section.label}</span>
              </Link>
            </li>
          ))}
        </ul>
        <div className="rail-foot">
          <ConnectionLine />
          <ThemeMenu />
          <Who />
        </div>
      </nav>
      <div className="page">
        <Disconnected />
        <main id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
      {overlay === 'palette' ? <Palette commands={commands} onClose={() => setOverlay(undefined)} /> : null}
      {overlay === 'keys' ? <KeyboardHelp shortcuts={commands} onClose={() => setOverlay(undefined)} /> : null}
      <Toasts />
    </div>
  );
}

const focusSearch = (): void => document.querySelector<HTMLInputElement>('input[type="search"]')?.focus();

const isDark = (): boolean =>
  document.documentElement.dataset['theme'] === 'dark' ||
  (document.documentElement.dataset['theme'] === undefined && matchMedia('(prefers-color-scheme: dark)').matches);

function ConnectionLine(): JSX.Element {
  const connection = useConnection();
  const words = { connecting: 'Connecting…', live: 'Live', lost: 'Not connected' } as const;
  return (
    <span className={`connection ${connection}`} title="Whether changes arrive as they happen">
      <i aria-hidden="true" />
      <span>{words[connection]}</span>
    </span>
  );
}

function Disconnected(): JSX.Element | null {
  if (useConnection() !== 'lost') return null;
  return (
    <p className="disconnected" role="alert">
      <StatusMark mark="stale" />
      <span>
        <strong>Not connected.</strong> You see the last known state; Lockstep itself goes on working. Trying again…
      </span>
    </p>
  );
}

const themes: readonly { readonly theme: Theme; readonly label: string; readonly icon: IconName }[] = [
  { theme: 'system', label: 'As the system', icon: 'auto' },
  { theme: 'light', label: 'Light', icon: 'sun' },
  { theme: 'dark', label: 'Dark', icon: 'moon' },
];

function ThemeMenu(): JSX.Element {
  const theme = useTheme();
  const icon = themes.find((each) => each.theme === theme)?.icon ?? 'auto';
  return (
    <Menu label={<Icon name={icon} />} name="Colours" className="button quiet square small">
      {themes.map((each) => (
        <button
          key={each.theme}
          type="button"
          className="menu-item"
          aria-pressed={each.theme === theme}
          onClick={() => setTheme(each.theme)}
        >
          <Icon name={each.icon} />
          <span>{each.label}</span>
          {each.theme === theme ? <Icon name="check" /> : null}
        </button>
      ))}
    </Menu>
  );
}

function Who(): JSX.Element {
  const session = useSession();
  const name = session.name || session.user || 'Nobody signed in';
  return (
    <Menu label={<Icon name={session.anonymous ? 'lock' : 'user'} />} name={`Access: ${name}`} className="button quiet square small">
      <p className="menu-note">{name}</p>
      <button type="button" className="menu-item" onClick={() => void signOut()}>
        <Icon name="lock" />
        <span>Sign out</span>
      </button>
    </Menu>
  );
}

/** The page is read anew, so that nothing of the session stays in it. */
async function signOut(): Promise<void> {
  await call('signOut');
  window.location.assign('/');
}
