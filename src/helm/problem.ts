/** How an action ends early. The text is what Helm says, so that scripts that read it keep working. */

/** The action ended; what it did until then is recorded. */
export class ActionError extends Error {}
