/** Defaults that depend on more than the field itself, in one place. */
import type { App, GitSpec } from './types.ts';

/** Where objects that name no namespace go, and which cluster; undefined: the one the App lives in. */
export const targetOf = (app: App): { readonly cluster: string | undefined; readonly namespace: string } => ({
  cluster: app.spec.target.cluster,
  namespace: app.spec.target.namespace ?? app.metadata.namespace,
});

/** What happens when history was rewritten: signed sources hold (S17). */
export const onRewrite = (git: GitSpec): 'follow' | 'hold' => git.onRewrite ?? (git.verify === undefined ? 'follow' : 'hold');
