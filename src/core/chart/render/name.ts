/** Release names made by a template. Source: Helm 4 pkg/action/install.go TemplateName. */
import type { Ask } from '../../ask/index.ts';
import type { Result } from '../../../std/index.ts';
import { record } from '../../object/index.ts';
import { renderAll } from './engine.ts';
import { RenderCache } from './render.ts';

/** Nothing outside is asked: such a name would differ from run to run. */
const ask = ((request: { readonly kind: string; readonly length?: number }) => {
  if (request.kind === 'randomBytes') return new Uint8Array(request.length ?? 0);
  return request.kind === 'now' ? 0 : null;
}) as Ask;

/** The name, or why there is none. */
export function renderName(template: string): Result<string, string> {
  const rendered = renderAll(ask, [{ path: 'name-template', text: template, basePath: '', scope: record() }], {
    caches: new RenderCache(),
  });
  return rendered.ok ? { ok: true, value: rendered.value.get('name-template') ?? '' } : rendered;
}
