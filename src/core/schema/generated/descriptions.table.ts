/** Placeholder. */
export const KUBERNETES_DESCRIPTIONS = `{}`;
