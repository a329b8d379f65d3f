/**
 * Tables for people. In: objects of one type. Out: a Table with the columns and cells a real server gives. Never: formats for a terminal.
 */
export { tableOf, type TableOptions } from './table.ts';
