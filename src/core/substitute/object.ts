/** Substitution in a whole object: as text, so that `${port}` without quotes becomes a number (fluxcd/pkg: kustomize/kustomize_varsub.go). */
import { type KubeObject, formatRef, getKey, isObject, refOf } from '../object/index.ts';
import type { Outcome, Problem } from '../problem/index.ts';
import { decode, encode, sigsYaml } from '../yaml/index.ts';
import { substitute, type SubstituteOptions } from './evaluate.ts';
import { nameProblems, type Variables } from './variables.ts';

const MARKS = ['lockstep.dev/substitute', 'kustomize.toolkit.fluxcd.io/substitute'];

/** Whether the object asks, by label or annotation, to be left alone. */
const isSubstitutionDisabled = (object: KubeObject): boolean =>
  [object.metadata.labels, object.metadata.annotations].some((texts) => texts && MARKS.some((mark) => getKey(texts, mark) === 'disabled'));

/**
 * The object with its variables replaced: the same object when it is left alone or when there is nothing to replace. Without any variable
 * nothing happens unless `always`.
 */
export function substituteObject(
  object: KubeObject,
  variables: Variables,
  options: SubstituteOptions & { readonly always?: boolean },
): Outcome<KubeObject> {
  if (isSubstitutionDisabled(object) || (variables.size === 0 && options.always !== true)) return { value: object, problems: [] };
  const about = { object: formatRef(refOf(object)) };
  const failed = (problems: readonly Problem[]): Outcome<KubeObject> => ({
    value: object,
    problems: problems.map((problem) => ({ ...problem, ...about })),
  });
  const names = nameProblems(variables);
  if (names.length > 0) return failed(names);
  const text = encode(object, { variant: sigsYaml });
  const { value, problems } = substitute(text, variables, options);
  if (problems.length > 0) return failed(problems);
  if (value === text) return { value: object, problems: [] };
  const read = decode(value, { variant: sigsYaml });
  if (!read.ok)
    return failed([
      {
        code: 'InvalidSubstitution',
        message: `the values make the object invalid YAML: ${read.error.message}`,
        hint: 'quote the place where the value goes',
      },
    ]);
  if (!isManifest(read.value))
    return failed([{ code: 'InvalidSubstitution', message: 'the values leave no object with apiVersion, kind and metadata.name' }]);
  return { value: read.value, problems: [] };
}

function isManifest(value: unknown): value is KubeObject {
  if (!isObject(value) || typeof value['apiVersion'] !== 'string' || typeof value['kind'] !== 'string') return false;
  const metadata = value['metadata'];
  return isObject(metadata) && typeof metadata['name'] === 'string';
}
