/**
 * The functions of CEL as Kubernetes has them.
 * In: nothing. Out: overloads by name. Never: decides how arguments are evaluated.
 */
import { addressRows } from './addresses.table.ts';
import { kubernetesRows } from './kubernetes.table.ts';
import { listRows } from './lists.table.ts';
import { conversionRows, operatorRows } from './operators.table.ts';
import { overloads, type Overload } from './overload.ts';
import { stringRows } from './strings.table.ts';
import { timeRows } from './time.ts';

export { accepts, type Overload, type Runtime } from './overload.ts';

function index(all: readonly Overload[]): ReadonlyMap<string, readonly Overload[]> {
  const lists = new Map<string, Overload[]>();
  for (const overload of all) {
    const key = `${overload.isMember ? '.' : ''}${overload.name}`;
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [overload]);
    else list.push(overload);
  }
  return lists;
}

const byName = index(
  overloads([...operatorRows, ...conversionRows, ...timeRows, ...stringRows, ...listRows, ...kubernetesRows, ...addressRows]),
);

const NONE: readonly Overload[] = [];

/** The overloads of a global function or operator. */
export const globalFunctions = (name: string): readonly Overload[] => byName.get(name) ?? NONE;

/** The overloads of a method. */
export const methods = (name: string): readonly Overload[] => byName.get(`.${name}`) ?? NONE;
