/** The kind SealedSecret as a cluster must know it. In: nothing. Out: its CustomResourceDefinition. Never: changes with the platform. */
export { sealedSecretDefinition } from './definition.table.ts';
