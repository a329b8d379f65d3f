/** What a set contains, as text: equal texts are equal sets. The order of insertion shows in it, so equal sets may have different texts. */
import type { Branch, FieldSet } from './set.ts';

/** Lengths stand before names, so that no name can be mistaken for structure. */
export function contentText(set: FieldSet): string {
  let text = '';
  for (const [name, branch] of set.fields) text += `${name.length}:${name}${branchText(branch)}`;
  for (const [id, branch] of set.items) text += `${id.length};${id}${branchText(branch)}`;
  return text;
}

const branchText = ({ member, below }: Branch): string => (below === undefined ? '.' : `${member ? '{' : '('}${contentText(below)}}`);
