/**
 * Go's time: moments, layouts, durations.
 * In: GoTime values, layouts, texts, nanoseconds (bigint beyond 2^53). Out: texts and values, or Go's error text.
 * Never: asks for the present moment, and knows no zone but UTC and fixed offsets; a zone database comes in as a GoLocation.
 */
export { durationFloat, durationString, parseDuration, roundDuration, truncateDuration } from './duration.ts';
export { formatTime, goTime } from './format.ts';
export { durationMethods, timeMethods } from './methods.ts';
export { parseTime, type ParseZones } from './parse.ts';
export { fixedZone, utc } from './zone.ts';
