/** Saved views: a name for the filters in the address bar, kept by the server, for oneself or for everybody. */
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type JSX } from 'react';
import { useLocation } from 'wouter';
import { useAnswer } from '../../data/hooks.ts';
import { ApiError, call } from '../../data/http.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Menu } from '../../parts/menu.tsx';
import { toast } from '../../shell/toasts.tsx';

export function SavedViews(): JSX.Element {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [saving, setSaving] = useState(false);
  const { data } = useAnswer('views');
  const views = data?.items ?? [];

  async function change(work: Promise<unknown>): Promise<void> {
    try {
      await work;
      await queries.invalidateQueries({ queryKey: ['/views'] });
    } catch (error) {
      toast({ mark: 'failed', title: 'The view was not saved', text: error instanceof ApiError ? error.message : String(error) });
    }
  }

  return (
    <>
      <Menu
        label={
          <>
            <Icon name="star" size={14} />
            Views
          </>
        }
      >
        {views.length === 0 ? <p className="menu-note muted">No saved views yet.</p> : null}
        {views.map((view) => (
          <div key={view.name} className="row">
            <button type="button" className="menu-item" onClick={() => navigate(`/?${view.query}`)}>
              <span className="clip">{view.name}</span>
              {view.shared === true ? <span className="muted">shared</span> : null}
            </button>
            <button
              type="button"
              className="button quiet square small"
              aria-label={`Delete the view ${view.name}`}
              onClick={() => void change(call('deleteView', { params: { view: view.name } }))}
            >
              <Icon name="close" size={12} />
            </button>
          </div>
        ))}
        <button type="button" className="menu-item" onClick={() => setSaving(true)}>
          <Icon name="plus" />
          <span>Save this view…</span>
        </button>
      </Menu>
      {saving ? <SaveView onClose={() => setSaving(false)} onSave={(body) => void change(call('saveView', { body }))} /> : null}
    </>
  );
}

interface SaveViewProps {
  readonly onClose: () => void;
  readonly onSave: (view: { readonly name: string; readonly query: string; readonly shared: boolean }) => void;
}

function SaveView({ onClose, onSave }: SaveViewProps): JSX.Element {
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = form.get('name');
    if (typeof name !== 'string' || name.trim() === '') return;
    onSave({ name: name.trim(), query: window.location.search.slice(1), shared: form.get('shared') === 'on' });
    onClose();
  }
  return (
    <Dialog title="Save this view" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <div className="field">
          <label htmlFor="view-name">Name</label>
          <input id="view-name" name="name" className="input" required maxLength={100} autoFocus placeholder="Shop, production" />
        </div>
        <label className="row">
          <input type="checkbox" name="shared" /> Show it to everybody
        </label>
        <button type="submit" className="button primary">
          Save
        </button>
      </form>
    </Dialog>
  );
}
