/**
 * `.sops.yaml` and what a person may say instead: keys, rules, layout of new files.
 * In: the text of a configuration, names of keys. Out: rules by path, keys nothing is encrypted to yet. Never: looks for the file.
 */
export { newMasterKey, newVaultKey, readConfig, splitNames, vaultKeyAt } from './rules.ts';
export type { CreationRule, SopsConfig } from './rules.ts';
export { defaultRule, formatMoment, recipientOf, ruleKinds } from '../metadata.ts';
