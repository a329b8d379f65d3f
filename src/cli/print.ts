/** Objects as text: JSON or YAML, lists as `List`. */
import type { Json, KubeObject } from '../core/object/index.ts';
import { encode, goYamlV3 } from '../core/yaml/index.ts';

export const OUTPUT_FLAG = {
  output: {
    type: 'string',
    short: 'o',
    value: 'FORMAT',
    doc: 'Output format',
    choices: ['table', 'wide', 'json', 'yaml', 'name'],
    default: 'table',
  },
} as const;

/** One object as it is; several as a `List`. Field ownership is left out: it hides everything else. */
export function printObjects(objects: readonly KubeObject[], format: 'json' | 'yaml', single: 'object' | 'list'): string {
  const shown = objects.map(withoutManagedFields);
  const [first] = shown;
  const value: Json = single === 'object' && first !== undefined ? first : { apiVersion: 'v1', kind: 'List', items: shown };
  return format === 'json' ? `${JSON.stringify(value, null, 2)}\n` : encode(value, { variant: goYamlV3 });
}

function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
