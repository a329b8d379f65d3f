/**
 * Dates and clock times of moments at a place, in the proleptic Gregorian calendar.
 * In: GoTime values or their parts. Out: the other of the two. Never: reads or writes text.
 */
export { civilAt, civilOf, dayOfYear, daysIn, isLeapYear, timeOf, unixOf, weekdayOf, type Civil } from './calendar.ts';
