/** What the text of a scalar would be taken for. Source: kyaml/yaml/compatibility.go. */
import { decode, goYamlV2, kyaml } from '../../yaml/index.ts';
import { resolvePlain } from '../../yaml/node/index.ts';

/** The tag go-yaml v3 resolves a plain text to. */
export const plainTag = (text: string): string => resolvePlain(text, kyaml)?.tag ?? '!!str';

const simple = /^[A-Za-z0-9._+~/-]*$/;

/** Whether a YAML 1.1 reader would not read this text as a string. kyaml: IsValueNonString. */
export function isNonString(text: string): boolean {
  if (text === '' || text.includes('\n')) return false;
  if (simple.test(text) && !text.startsWith('-')) return resolvePlain(text, goYamlV2) !== undefined;
  const decoded = decode(text, { variant: goYamlV2 });
  return decoded.ok && typeof decoded.value !== 'string';
}
