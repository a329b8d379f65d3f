/**
 * Pod Security Standards. In: a namespace's labels, a Pod or a Pod template, the operation. Out: what is refused and what is warned of, in the
 * words of the real admission plugin. Never: looks anything up. Kubernetes: k8s.io/pod-security-admission.
 */
export { namespaceVerdict, type NamespaceVerdict } from './namespace.ts';
export { podVerdict, templateVerdict, type PodVerdict } from './pod.ts';
export type { Labels } from './policy.ts';
