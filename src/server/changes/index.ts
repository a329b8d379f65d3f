/**
 * Changes to Git that a person asks for at one field of one object: "ignore this field", "adopt this value".
 * In: an App, an object as the person may see it, a field. Out: the change as YAML, as a patch, and, when it is confirmed, as a commit. Never: writes to the
 * cluster, shows a secret, touches a byte of a file that the change does not need.
 */
export { Changes, PROPOSALS, type ProposalName } from './changes.ts';
