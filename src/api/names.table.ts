/** Every label, annotation, finalizer and field manager that we write or read on objects. One list, so that none is misspelt. */

export const names = {
  /** Proof of ownership (S5). */
  owner: 'lockstep.dev/owner',
  /** Labels for selection, never proof. */
  app: 'lockstep.dev/app',
  appNamespace: 'lockstep.dev/app-namespace',
  /** People write these on delivered objects. */
  prune: 'lockstep.dev/prune',
  heal: 'lockstep.dev/heal',
  apply: 'lockstep.dev/apply',
  wave: 'lockstep.dev/wave',
  recreate: 'lockstep.dev/recreate',
  move: 'lockstep.dev/move',
  replaces: 'lockstep.dev/replaces',
  shared: 'lockstep.dev/shared',
  substitute: 'lockstep.dev/substitute',
  /** On our own kinds: a token that asks for a run now. */
  reconcileAt: 'lockstep.dev/reconcileAt',
  /** On an App: `<revision> <reason>`; this revision does not wait for what the App depends on (S15). */
  ignoreDependencies: 'lockstep.dev/ignoreDependencies',
  /** On an App: `<revision> <reason>`; this revision does not wait for a window. */
  ignoreWindows: 'lockstep.dev/ignoreWindows',
  /** On an App: `<token> <pattern>,…` asks for its tests to be run now. On a Channel: a token that asks for a test message. */
  testAt: 'lockstep.dev/testAt',
  /** On our own kinds: a person's yes to a deletion (S14). */
  confirmDeletion: 'lockstep.dev/confirmDeletion',
  /** On the Secret of a sealing key: when it was last exported. */
  backedUp: 'lockstep.dev/backed-up',
  /** Written by the embedded cluster: this state was not reported by a real controller (S23). */
  simulated: 'lockstep.dev/simulated',
  finalizer: 'lockstep.dev/finalizer',
  /** Field manager of everything we apply. */
  manager: 'lockstep',
  /** Field manager of status writes to our own kinds. */
  statusManager: 'lockstep-status',
  /** Field manager of the embedded cluster's stand-in for workload controllers. */
  simulatorManager: 'lockstep-simulator',
} as const;
