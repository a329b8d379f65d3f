/** Nothing in the list: because of the filters, or because there is no App yet. */
import type { JSX } from 'react';
import { usePlace } from '../../data/place.ts';
import { CodeBlock } from '../../parts/copy.tsx';
import { Empty } from '../../parts/empty.tsx';
import type { Filters } from './filters.ts';

const FIRST_APP = `apiVersion: lockstep.dev/v1
kind: App
metadata: {name: shop, namespace: team-shop}
spec:
  source: {name: shop-config, path: apps/shop}`;

export function NoApps({ filters }: { readonly filters: Filters }): JSX.Element {
  const place = usePlace();
  const keys = Object.keys(filters);
  if (keys.length > 0) {
    return (
      <Empty mark="unknown" title="No App matches">
        <p>Nothing fits {keys.length === 1 ? 'this filter' : 'all of these filters'}.</p>
        <button type="button" className="button" onClick={() => place.set(Object.fromEntries(keys.map((key) => [key, ''])))}>
          Show all Apps
        </button>
      </Empty>
    );
  }
  return (
    <Empty mark="pending" title="No Apps yet">
      <p>An App says what to deliver and where. These five lines in Git are enough:</p>
      <CodeBlock text={FIRST_APP} label="apps/shop.yaml" />
    </Empty>
  );
}
