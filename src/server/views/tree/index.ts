/**
 * The resource tree of an App, live. In: an App, who looks, what is open. Out: nodes with health, as much as a screen can use.
 * Never: shows an object of a kind and namespace that the visitor may not list.
 */
export { Trees, type TreeParts } from './trees.ts';
