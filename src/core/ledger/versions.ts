/** What an applied revision consists of, by name and version, so that history can be asked by either. */
import type { VersionEntry } from './event.ts';
import { plainVersion } from './runs.ts';

export interface Ingredients {
  /** Name of the App. */
  readonly app: string;
  /** Full commit id (or digest) it was rendered from. */
  readonly commit: string;
  readonly images: readonly string[];
  readonly charts: readonly { readonly name: string; readonly version: string; readonly appVersion?: string }[];
  readonly provides: readonly { readonly name: string; readonly version: string }[];
}

/** `registry.example/team/shop:1.8@sha256:…` → `shop` and `1.8`; without a tag the digest is the version. */
function imageVersion(image: string): { readonly name: string; readonly version: string } {
  const [reference = '', digest] = image.split('@');
  const last = reference.slice(reference.lastIndexOf('/') + 1);
  const colon = last.indexOf(':');
  const tag = colon < 0 ? undefined : last.slice(colon + 1);
  return { name: colon < 0 ? last : last.slice(0, colon), version: plainVersion(tag ?? digest ?? 'latest') };
}

/** Sorted and without doubles. The App's own version is what its chart calls appVersion, else the one contract it provides, its chart, its one image. */
export function versionsOf(found: Ingredients): readonly VersionEntry[] {
  const images = found.images.map((image): VersionEntry => ({ kind: 'image', ...imageVersion(image) }));
  const charts = found.charts.map(({ name, version }): VersionEntry => ({ kind: 'chart', name, version: plainVersion(version) }));
  const contracts = found.provides.map(({ name, version }): VersionEntry => ({ kind: 'contract', name, version: plainVersion(version) }));
  const own = ownVersion(found, images);
  const all: VersionEntry[] = [
    ...(own === undefined ? [] : [{ kind: 'app' as const, name: found.app, version: own }]),
    ...charts,
    ...contracts,
    ...images,
    { kind: 'commit', name: found.app, version: found.commit },
  ];
  const unique = new Map(all.map((entry) => [[entry.kind, entry.name, entry.version].join('\0'), entry]));
  return [...unique.values()];
}

function ownVersion({ charts, provides }: Ingredients, images: readonly VersionEntry[]): string | undefined {
  const chart = charts.length === 1 ? charts[0] : undefined;
  const tags = new Set(images.map(({ version }) => version));
  const only = provides.length === 1 ? provides[0]?.version : undefined;
  const found = chart?.appVersion ?? only ?? chart?.version ?? (tags.size === 1 ? [...tags][0] : undefined);
  return found === undefined ? undefined : plainVersion(found);
}
