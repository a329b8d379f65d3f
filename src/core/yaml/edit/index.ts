/**
 * YAML changed in place: every byte that the change does not need stays, comments and layout included.
 * In: a text, which of its documents, and what that document shall say. Out: the new text, proved by reading it again. Never: prints a document anew.
 */
export { readDocuments, type ReadDocument, rewriteDocument } from './rewrite.ts';
