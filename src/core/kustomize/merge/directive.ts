/** `$patch` in strategic merge patches. Source: kyaml/yaml/merge2/smpdirective.go. */
import { clearField, setElement } from '../node/edit.ts';
import { nodeText } from '../node/json.ts';
import { type Node, childOf } from '../node/node.ts';
import { plainTag } from '../node/scalar-text.ts';
import { KustomizeError } from '../problem.ts';

export type Directive = 'merge' | 'replace' | 'delete';

const KEY = '$patch';

const directiveOf = (text: string): Directive => {
  if (text === 'merge' || text === 'replace' || text === 'delete') return text;
  throw new KustomizeError(`unknown patch strategy '${text}'`);
};

/** What the patch says about itself; the directive is taken out of it. */
export function takeDirective(patch: Node | undefined): Directive {
  if (patch === undefined) return 'merge';
  if (patch.kind === 'scalar') {
    const tag = patch.tag === '' ? plainTag(patch.value) : patch.tag;
    throw new KustomizeError(`no implemented strategic merge patch strategy for '${tag}' ('${nodeText(patch)}')`);
  }
  return patch.kind === 'sequence' ? ofSequence(patch) : ofMapping(patch);
}

function ofSequence(patch: Node): Directive {
  const item = patch.content.find((element) => childOf(element, KEY) !== undefined);
  const value = item === undefined || item.content.length > 2 ? undefined : childOf(item, KEY);
  if (value === undefined) return 'merge';
  const directive = directiveOf(value.value);
  setElement(patch, [KEY], [directive], undefined);
  return directive;
}

function ofMapping(patch: Node): Directive {
  const value = childOf(patch, KEY);
  if (value === undefined) return 'merge';
  const directive = directiveOf(value.value);
  clearField(patch, KEY);
  return directive;
}
