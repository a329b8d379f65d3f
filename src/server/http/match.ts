/** Finds the route of a path. The table is small; segments are compared one by one, and names in braces take one segment each. */
import { routes, type Route, type RouteName } from '../../api/http/index.ts';

export interface Match {
  readonly name: RouteName;
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

interface Compiled {
  readonly name: RouteName;
  readonly route: Route;
  readonly segments: readonly string[];
}

const compiled: readonly Compiled[] = (Object.entries(routes) as [RouteName, Route][]).map(([name, route]) => ({
  name,
  route,
  segments: route.path.split('/').slice(1),
}));

/** By path below the prefix. `other`: the path exists, but not for this method. Undefined: there is no such path. */
export function matchRoute(method: string, path: string): Match | 'other' | undefined {
  const given = segmentsOf(path);
  if (given === undefined) return undefined;
  const fitting = compiled.flatMap((row) => {
    const params = paramsOf(row.segments, given);
    return params === undefined ? [] : [{ name: row.name, route: row.route, params }];
  });
  const asked = method === 'HEAD' ? 'GET' : method;
  return fitting.find(({ route }) => route.method === asked) ?? (fitting.length > 0 ? 'other' : undefined);
}

function segmentsOf(path: string): readonly string[] | undefined {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function paramsOf(wanted: readonly string[], given: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (wanted.length !== given.length) return undefined;
  const params: [string, string][] = [];
  for (const [index, segment] of wanted.entries()) {
    const text = given[index] ?? '';
    if (segment.startsWith('{')) {
      if (text === '') return undefined;
      params.push([segment.slice(1, -1), text]);
    } else if (segment !== text) return undefined;
  }
  return Object.fromEntries(params);
}
