/**
 * Cron expressions as Go programs read them (robfig/cron v3): five fields, names, steps, `@daily` and the like.
 * In: texts, moments in milliseconds. Out: schedules, the next moment. Never: reads a clock, knows a time zone.
 */
export { nextTime, type OffsetAt, parseSchedule, type Schedule } from './cron.ts';
