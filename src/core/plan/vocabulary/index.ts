/**
 * The words people may write on delivered objects to steer Lockstep.
 * In: an object. Out: which of its words say nothing known; the table itself. Never: says what a word makes happen (`marks` does).
 */
export { type AnnotationRule, annotationProblems, annotationRules } from './vocabulary.ts';
