/** Compile-time knowledge: which slot a variable lives in, and whether Go sees it (or dot) as an `interface {}` value. */

export interface Binding {
  readonly name: string;
  readonly slot: number;
  /** Slot of the flag that tells whether the value came out of a container of interfaces; undefined when it never does. */
  readonly flag: number | undefined;
  readonly outer: Binding | undefined;
}

/** The compiler's state for one template body. Bindings form an immutable list, so a snapshot costs nothing. */
export interface Scope {
  bindings: Binding | undefined;
  /** The flag of dot, as above. */
  dotFlag: number | undefined;
  slots: number;
}

export function findBinding(scope: Scope, name: string): Binding | undefined {
  let binding = scope.bindings;
  while (binding !== undefined && binding.name !== name) binding = binding.outer;
  return binding;
}

export function declare(scope: Scope, name: string, flag?: number): number {
  const slot = scope.slots++;
  scope.bindings = { name, slot, flag, outer: scope.bindings };
  return slot;
}

/** Runs `compile` so that variables it declares are out of sight afterwards. */
export function scoped<T>(scope: Scope, compile: () => T): T {
  const { bindings, dotFlag } = scope;
  const result = compile();
  scope.bindings = bindings;
  scope.dotFlag = dotFlag;
  return result;
}
