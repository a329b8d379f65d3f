/** .helmignore. Source: Helm 4 pkg/ignore/rules.go, with its odd negation: a negated rule ignores everything it does not match. */
import { err, ok, type Result } from '../../../std/index.ts';
import { baseName, matchPath } from '../../go/path/index.ts';

interface Rule {
  readonly pattern: string;
  readonly negated: boolean;
  readonly directoriesOnly: boolean;
  /** Whether the whole path is compared, or the file's name only. */
  readonly wholePath: boolean;
}

export interface Candidate {
  /** Relative to the chart. */
  readonly path: string;
  readonly isDirectory: boolean;
}

export type IgnoreRules = readonly Rule[];

const trimmed = (line: string): string => line.replace(/^[\s\u0085]+/u, '').replace(/[\s\u0085]+$/u, '');

function parseRule(line: string): Result<Rule | undefined, string> {
  let pattern = trimmed(line);
  if (pattern === '' || pattern.startsWith('#')) return ok(undefined);
  if (pattern.includes('**')) return err('double-star (**) syntax is not supported');
  const compiled = matchPath(pattern, 'abc');
  if (!compiled.ok) return compiled;
  const negated = pattern.startsWith('!');
  if (negated) pattern = pattern.slice(1);
  const directoriesOnly = pattern.endsWith('/');
  if (directoriesOnly) pattern = pattern.slice(0, -1);
  if (pattern.startsWith('/')) return ok({ pattern: pattern.slice(1), negated, directoriesOnly, wholePath: true });
  return ok({ pattern, negated, directoriesOnly, wholePath: pattern.includes('/') });
}

/** The rules of a file, and Helm's own: dot files below templates/ are ignored always. */
export function parseIgnore(text: string): Result<IgnoreRules, string> {
  const rules: Rule[] = [];
  for (const line of [...text.replace(/^\ufeff/, '').split('\n'), 'templates/.?*']) {
    const rule = parseRule(line);
    if (!rule.ok) return rule;
    if (rule.value !== undefined) rules.push(rule.value);
  }
  return ok(rules);
}

function matches(rule: Rule, path: string): boolean {
  const matched = matchPath(rule.pattern, rule.wholePath ? path : baseName(path));
  return matched.ok && matched.value;
}

/** Whether the file, or everything below the directory, is left out. */
export function isIgnored(rules: IgnoreRules, { path, isDirectory }: Candidate): boolean {
  if (path === '' || path === '.' || path === './') return false;
  for (const rule of rules) {
    const applies = !rule.directoriesOnly || isDirectory;
    if (rule.negated) {
      if (!applies || !matches(rule, path)) return true;
    } else if (applies && matches(rule, path)) return true;
  }
  return false;
}
