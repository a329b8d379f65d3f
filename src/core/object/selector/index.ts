/**
 * Label selectors: the text form (`a=b,c in (x,y),!d`) and the object form (matchLabels, matchExpressions).
 * In: text or an object. Out: requirements, or the error text the API server gives. Never: looks at an object's labels by itself.
 */
export { type Requirement, type Selector, formatSelector, matchesSelector } from './requirement.ts';
export { nodeSelectorOf, parseSelector, selectorOf } from './parse.ts';
