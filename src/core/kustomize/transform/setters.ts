/** The setters transformers share. Source: api/filters/filtersutil/setters.go. */
import { setField, setScalar } from '../node/edit.ts';
import { type Node, scalar } from '../node/node.ts';

/** Sets one entry of a mapping. The node is shared by all fields it goes to, as in the original. */
export function entrySetter(key: string, value: string): (node: Node) => void {
  const shared = scalar(value, '!!str');
  return (node) => {
    setField(node, key, shared);
  };
}

/** Sets the text of a scalar. */
export function scalarSetter(value: string, tag = ''): (node: Node) => void {
  const shared = scalar(value, tag);
  return (node) => {
    setScalar(node, shared);
  };
}
