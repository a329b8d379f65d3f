/**
 * What follows every build, whichever engine made the objects: patches, then variables (so that patches may use them), then metadata.
 */
import type { Ask } from '../../core/ask/index.ts';
import { patchObjects } from '../../core/kustomize/index.ts';
import { type KubeObject, isObject } from '../../core/object/index.ts';
import type { Outcome, Problem } from '../../core/problem/index.ts';
import { mergeVariables, substituteObject, type Variables } from '../../core/substitute/index.ts';
import { type Result, err, ok } from '../../std/index.ts';
import type { BuildInput, RenderedObject } from './build.ts';

type Objects = readonly RenderedObject[];

/** The objects after all steps the spec names. A problem of one step leaves out those that follow. */
export function afterBuild(ask: Ask, objects: Objects, input: BuildInput): Outcome<Objects> {
  const patched = withPatches(objects, input);
  if (patched.problems.length > 0) return patched;
  const substituted = withVariables(ask, patched.value, input);
  return { value: withMetadata(substituted.value, input), problems: substituted.problems };
}

function withPatches(objects: Objects, { build: { patches = [] } }: BuildInput): Outcome<Objects> {
  if (patches.length === 0) return { value: objects, problems: [] };
  const { value, problems } = patchObjects(
    objects.map(({ object }) => object),
    patches,
    { field: 'spec.build.patches' },
  );
  return { value: value.map(({ object, from }) => ({ ...objects[from], object })), problems };
}

function withVariables(ask: Ask, objects: Objects, input: BuildInput): Outcome<Objects> {
  const { variables, variablesFrom } = input.build;
  if (variables === undefined && variablesFrom === undefined) return { value: objects, problems: [] };
  const found = allVariables(ask, input);
  if (!found.ok) return { value: objects, problems: found.error };
  const results = objects.map((rendered) => ({ rendered, outcome: substituteObject(rendered.object, found.value, { strict: true }) }));
  return {
    value: results.map(({ rendered, outcome }) => ({ ...rendered, object: outcome.value })),
    problems: results.flatMap(({ rendered: { file }, outcome }) =>
      outcome.problems.map((problem) => ({ ...(file === undefined ? {} : { file }), ...problem })),
    ),
  };
}

/** Those of ConfigMaps and Secrets in their order, then those of the spec itself. */
function allVariables(ask: Ask, input: BuildInput): Result<Variables, readonly Problem[]> {
  const origins: (readonly [string, string][])[] = [];
  const problems: Problem[] = [];
  for (const [index, origin] of (input.build.variablesFrom ?? []).entries()) {
    const kindName = origin.secret === undefined ? 'ConfigMap' : 'Secret';
    const name = origin.secret ?? origin.configMap ?? '';
    const answer = ask({ kind: 'lookup', apiVersion: 'v1', kindName, namespace: input.home, name });
    if (answer !== null && !Array.isArray(answer)) origins.push(entriesOf(answer as KubeObject, kindName));
    else if (origin.optional !== true) {
      problems.push({
        code: 'VariablesNotFound',
        field: `spec.build.variablesFrom[${index}]`,
        message: `there is no ${kindName} ${name} in namespace ${input.home}`,
      });
    }
  }
  if (problems.length > 0) return err(problems);
  return ok(mergeVariables([...origins, Object.entries(input.build.variables ?? {})]));
}

function entriesOf(object: KubeObject, kind: 'ConfigMap' | 'Secret'): readonly [string, string][] {
  const data = object['data'];
  if (!isObject(data)) return [];
  return Object.entries(data).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[key, kind === 'Secret' ? Buffer.from(value, 'base64').toString('utf8') : value]] : [],
  );
}

function withMetadata(objects: Objects, { build: { metadata } }: BuildInput): Objects {
  if (metadata === undefined) return objects;
  return objects.map((rendered) => {
    const { object } = rendered;
    const labels = { ...object.metadata.labels, ...metadata.labels };
    const annotations = { ...object.metadata.annotations, ...metadata.annotations };
    const added = {
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    };
    return { ...rendered, object: { ...object, metadata: { ...object.metadata, ...added } } };
  });
}
