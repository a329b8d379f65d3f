/**
 * Rules for names and metadata. In: names, labels, metadata. Out: field errors with the server's texts. Never: changes an object.
 */
export {
  configKeyProblems,
  labelProblems,
  labelValueProblems,
  nameProblems,
  type NameRule,
  portNameProblems,
  qualifiedNameProblems,
  subdomainProblems,
} from './names.ts';
export { goStringMap, labelErrors, kubeFinalizerErrors, metadataErrors, metadataUpdateErrors } from './metadata.ts';
