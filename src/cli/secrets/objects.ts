/** Objects that a person pipes in or keeps in files: read from YAML or JSON, printed as either. */
import { isObject, type JsonObject } from '../../core/object/index.ts';
import { decodeManifests, encode, sigsYaml, yamlText } from '../../core/yaml/index.ts';
import { CommandError } from '../errors.ts';

/** @throws CommandError for what is no YAML, or holds anything but objects */
export function readObjects(bytes: Uint8Array, name: string): readonly JsonObject[] {
  const { value, problems } = decodeManifests(yamlText(bytes), { file: name });
  const [problem] = problems;
  if (problem !== undefined) throw new CommandError(`${name}: ${problem.message}`);
  return value.map(({ object }) => {
    if (isObject(object)) return object;
    throw new CommandError(`${name}: a document is no object`);
  });
}

/** As kubeseal prints: JSON, or YAML documents each with a leading `---`. */
export const printObjects = (objects: readonly JsonObject[], format: 'json' | 'yaml'): string =>
  objects
    .map((object) => (format === 'json' ? `${JSON.stringify(object, undefined, 2)}\n` : `---\n${encode(object, { variant: sigsYaml })}`))
    .join('');
