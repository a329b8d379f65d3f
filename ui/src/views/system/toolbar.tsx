/** Search, filters, grouping, saved views. Everything here is a query parameter that the server answers. */
import type { JSX } from 'react';
import { usePlace } from '../../data/place.ts';
import { Icon } from '../../parts/icon.tsx';
import { Menu } from '../../parts/menu.tsx';
import { filtersOf, worded } from './filters.ts';
import { SavedViews } from './saved-views.tsx';

const groupings = [
  { value: '', label: 'Project' },
  { value: 'folder', label: 'Folder' },
  { value: 'namespace', label: 'Namespace' },
  { value: 'source', label: 'Source' },
  { value: 'none', label: 'Nothing' },
] as const;

export function Toolbar({ text, onText }: { readonly text: string; readonly onText: (text: string) => void }): JSX.Element {
  const place = usePlace();
  const list = place.get('view') === 'list';
  const group = place.get('group');
  const columns = place.get('columns');
  return (
    <div className="toolbar">
      <div className="search">
        <Icon name="search" />
        <input
          type="search"
          className="input"
          placeholder="Name, namespace, cluster, revision, image, reason…"
          aria-label="Search Apps"
          value={text}
          onChange={(event) => onText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
        <kbd className="kbd" aria-hidden="true">
          /
        </kbd>
      </div>
      <FilterWords />
      <div className="toolbar-end">
        {list ? null : (
          <>
            <Menu
              label={
                <>
                  <Icon name="layers" size={14} />
                  {groupLabel(group)}
                </>
              }
              name={`Group by ${groupLabel(group)}`}
            >
              {groupings.map(({ value, label }) => (
                <button
                  key={label}
                  type="button"
                  className="menu-item"
                  aria-pressed={value === group}
                  onClick={() => place.set({ group: value })}
                >
                  <span>{label}</span>
                  {value === group ? <Icon name="check" /> : null}
                </button>
              ))}
              <LabelGrouping current={group} onChoose={(value) => place.set({ group: value })} />
            </Menu>
            <div className="segments" role="group" aria-label="Columns">
              <button type="button" aria-pressed={columns !== 'cluster'} onClick={() => place.set({ columns: '' })}>
                Environments
              </button>
              <button type="button" aria-pressed={columns === 'cluster'} onClick={() => place.set({ columns: 'cluster' })}>
                Clusters
              </button>
            </div>
          </>
        )}
        <div className="segments" role="group" aria-label="Layout">
          <button type="button" aria-pressed={!list} onClick={() => place.set({ view: '' })}>
            Matrix
          </button>
          <button type="button" aria-pressed={list} onClick={() => place.set({ view: 'list' })}>
            List
          </button>
        </div>
        <SavedViews />
      </div>
    </div>
  );
}

function groupLabel(group: string): string {
  if (group.startsWith('label:')) return group.slice('label:'.length);
  return groupings.find(({ value }) => value === group)?.label ?? group;
}

function LabelGrouping({ current, onChoose }: { readonly current: string; readonly onChoose: (group: string) => void }): JSX.Element {
  return (
    <form
      className="menu-form"
      onSubmit={(event) => {
        event.preventDefault();
        const key = new FormData(event.currentTarget).get('label');
        if (typeof key === 'string' && key.trim() !== '') onChoose(`label:${key.trim()}`);
        event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
      }}
    >
      <input
        className="input"
        name="label"
        aria-label="Group by a label"
        placeholder="Label, then Enter"
        defaultValue={current.startsWith('label:') ? current.slice('label:'.length) : ''}
      />
    </form>
  );
}

function FilterWords(): JSX.Element | null {
  const place = usePlace();
  const words = worded(filtersOf(place.query));
  if (words.length === 0) return null;
  return (
    <ul className="filter-words" aria-label="Filters">
      {words.map(({ key, value }) => (
        <li key={key}>
          <button
            type="button"
            className="tag filter-word"
            onClick={() => place.set({ [key]: '' })}
            aria-label={`Remove the filter ${key} ${value}`}
          >
            <span className="muted">{key}</span> {value} <Icon name="close" size={12} />
          </button>
        </li>
      ))}
    </ul>
  );
}
