/** Fields that the API knows and this version does not carry out. An App that sets one is refused by name: nothing it asks for is passed over. */
import type { App } from '../../api/index.ts';

const RULES: readonly { readonly field: string; readonly isSet: (spec: App['spec']) => boolean }[] = [
  { field: 'spec.source.verify', isSet: ({ source }) => source.verify === true },
  { field: 'spec.sync.windows', isSet: ({ sync }) => (sync.windows ?? []).length > 0 },
];

/** What of an App's spec this version cannot do; undefined when it can do all of it. */
export function unsupportedFields(app: App): string | undefined {
  const fields = RULES.filter(({ isSet }) => isSet(app.spec)).map(({ field }) => field);
  return fields.length === 0 ? undefined : `not supported by this version: ${fields.join(', ')}`;
}
