/** What `helm template` prints. Source: Helm 4 pkg/cmd/template.go, pkg/action/action.go. */
import { err, ok, type Result } from '../../../std/index.ts';
import { matchPath } from '../../go/path/index.ts';
import { type SplitVariant, splitManifests } from '../manifests/index.ts';
import type { Rendered } from './render.ts';

export interface OutputOptions {
  readonly includeCrds?: boolean;
  readonly noHooks?: boolean;
  readonly skipTests?: boolean;
  /** Only manifests of these templates (patterns relative to the chart). */
  readonly showOnly?: readonly string[];
  /** How documents are told apart for `showOnly`; absent: as Helm 4 does. */
  readonly split?: SplitVariant;
}

const source = (path: string, text: string): string => `---\n# Source: ${path}\n${text}\n`;

/** What can be printed: a release, or with --debug the files that are no YAML. */
type Printable = Pick<Rendered, 'hooks' | 'crds'> & { readonly manifests: readonly { readonly path: string; readonly text: string }[] };

/** Exactly what the command prints, or its complaint about --show-only. */
export function formatTemplateOutput(rendered: Printable, options: OutputOptions = {}): Result<string, string> {
  const parts = outputFiles(rendered, options);
  const hooks = parts.filter(({ isHook }) => isHook);
  const manifests = parts.filter(({ isHook }) => !isHook);
  const text = `${manifests
    .map(({ path, text: document }) => source(path, document))
    .join('')
    .trim()}\n${hooks.map(({ path, text: document }) => source(path, document)).join('')}`;
  return options.showOnly === undefined || options.showOnly.length === 0 ? ok(text) : showOnly(text, options.showOnly, options.split);
}

export interface OutputFile {
  readonly path: string;
  readonly text: string;
  readonly isHook: boolean;
  readonly isCrd: boolean;
}

/** The documents in the order they are printed or, with --output-dir, written. */
export function outputFiles(rendered: Printable, options: OutputOptions = {}): readonly OutputFile[] {
  const crds = options.includeCrds === true ? rendered.crds : [];
  const hooks =
    options.noHooks === true ? [] : rendered.hooks.filter(({ events }) => options.skipTests !== true || !events.includes('test'));
  return [
    ...crds.map(({ path, text }) => ({ path, text, isHook: false, isCrd: true })),
    ...rendered.manifests.map(({ path, text }) => ({ path, text, isHook: false, isCrd: false })),
    ...hooks.map(({ path, text }) => ({ path, text, isHook: true, isCrd: false })),
  ];
}

function showOnly(text: string, patterns: readonly string[], split: SplitVariant | undefined): Result<string, string> {
  const documents = splitManifests(text, split);
  let shown = '';
  for (const pattern of patterns) {
    const matching = documents.filter((document) => {
      const path = /# Source: [^/\n]+\/(.+)/.exec(document)?.[1];
      const matched = path === undefined ? undefined : matchPath(pattern, path);
      return matched?.ok === true && matched.value;
    });
    if (matching.length === 0) return err(`could not find template ${pattern} in chart`);
    shown += matching.map((document) => `---\n${document}\n`).join('');
  }
  return ok(shown);
}
