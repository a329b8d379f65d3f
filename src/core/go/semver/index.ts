/**
 * Semantic versions and ranges as Helm and sprig understand them (Masterminds/semver v3.5).
 * In: texts. Out: versions, constraints, answers, or the library's error texts.
 */
export { Constraints, parseConstraints } from './constraint.ts';
export { RangeCache } from './range-cache.ts';
export {
  compareVersions,
  incrementVersion,
  newVersion,
  parseStrictVersion,
  parseVersion,
  versionString,
  withMetadata,
  withPrerelease,
  type Version,
} from './version.ts';
