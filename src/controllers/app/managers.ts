/** Who changes fields: people through their tools, or controllers (S8). managedFields name a manager, not a person (S26). */

/** Tools that act at a person's hand. Whatever is not in this list counts as a controller. */
const peoplesTools =
  /^(kubectl|helm|lens|k9s|kubernetes-dashboard|dashboard|headlamp|rancher|octant|Mozilla|openlens|lockstep-cli|curl|node-fetch)/i;

export const isPeoplesTool = (manager: string): boolean => peoplesTools.test(manager);
