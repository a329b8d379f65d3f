/** What a definition says besides its schema: names, columns, subresources, selectable fields, conversion. Kubernetes: apiextensions validation. */
import { isObject, isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, text, texts } from '../../object/index.ts';
import { nameProblems } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { sameJson } from '../json/index.ts';
import { versionsOf } from './definition.ts';

type Errors = readonly FieldError[];

const named = (field: string, value: string): Errors =>
  nameProblems('label1035', value).map((why) => fieldError.invalid(field, value, why));

/** Plural, singular and short names as they are; kinds may have capitals. */
export function namesErrors(names: JsonObject): Errors {
  const word = (field: string, value: string): Errors => (value === '' ? [] : named(`spec.names.${field}`, value));
  const kind = (field: string): Errors => {
    const value = text(names[field]);
    const wrong = value === '' ? [] : nameProblems('label1035', value.toLowerCase());
    const why = `may have mixed case, but should otherwise match: ${wrong.join(',')}`;
    return wrong.length === 0 ? [] : [fieldError.invalid(`spec.names.${field}`, value, why)];
  };
  return [
    ...word('plural', text(names.plural)),
    ...word('singular', text(names.singular)),
    ...kind('kind'),
    ...kind('listKind'),
    ...texts(names.shortNames).flatMap((name, index) => word(`shortNames[${index}]`, name)),
    ...texts(names.categories).flatMap((name, index) => word(`categories[${index}]`, name)),
  ];
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const SIMPLE = 'must be a simple json path starting with .';

function columnErrors(column: JsonObject, field: string): Errors {
  const [name, type, format, path] = [text(column.name), text(column.type), text(column.format), text(column.jsonPath)];
  return [
    ...(name === '' ? [fieldError.required(`${field}.name`, '')] : []),
    ...(type === ''
      ? [fieldError.required(`${field}.type`, `must be one of ${columnTypes.join(',')}`)]
      : columnTypes.includes(type)
        ? []
        : [fieldError.invalid(`${field}.type`, type, `must be one of ${columnTypes.join(',')}`)]),
    ...(format === '' || columnFormats.includes(format)
      ? []
      : [fieldError.invalid(`${field}.format`, format, `must be one of ${columnFormats.join(',')}`)]),
    ...(path === ''
      ? [fieldError.required(`${field}.JSONPath`, '')]
      : path.startsWith('.')
        ? []
        : [fieldError.invalid(`${field}.JSONPath`, path, SIMPLE)]),
  ];
}

function scaleErrors(scale: JsonObject, field: string): Errors {
  const at = (name: string, below: string, needed: 'needed' | 'optional'): Errors => {
    const path = text(scale[name]);
    if (path === '') return needed === 'needed' ? [fieldError.required(`${field}.${name}`, '')] : [];
    if (!path.startsWith('.')) return [fieldError.invalid(`${field}.${name}`, path, SIMPLE)];
    const inside = below.split(' or ').some((root) => path.startsWith(`${root}.`));
    return inside ? [] : [fieldError.invalid(`${field}.${name}`, path, `should be a json path under ${below}`)];
  };
  return [
    ...at('specReplicasPath', '.spec', 'needed'),
    ...at('statusReplicasPath', '.status', 'needed'),
    ...at('labelSelectorPath', '.spec or .status', 'optional'),
  ];
}

/** The schema that a path like `.spec.size` leads to. */
function schemaAt(schema: JsonObject, path: string): JsonObject | undefined {
  let at: JsonObject | undefined = schema;
  for (const step of path.split('.').slice(1)) {
    const found: unknown = objectAt(at.properties)[step];
    if (!isObject(found as never)) return undefined;
    at = found as JsonObject;
  }
  return at;
}

const POINTS = 'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';

function selectableErrors(version: JsonObject, field: string): Errors {
  const schema = objectAt(objectAt(version.schema).openAPIV3Schema);
  return objects(version.selectableFields).flatMap(({ jsonPath }, index) => {
    const path = text(jsonPath);
    const at = `${field}[${index}].jsonPath`;
    if (path === '') return [fieldError.required(at, '')];
    if (!path.startsWith('.')) return [fieldError.invalid(at, path, `is an invalid path: expected [ or . but got: ${path}`)];
    const found = schemaAt(schema, path);
    if (found === undefined) return [fieldError.invalid(at, path, 'is an invalid path: does not refer to a valid field')];
    return ['string', 'boolean', 'integer'].includes(text(found.type)) ? [] : [fieldError.invalid(at, path, POINTS)];
  });
}

/** What all versions have alike is checked once, where an older form of definitions had it. */
function eachVersion(versions: readonly JsonObject[], name: string, check: (version: JsonObject, field: string) => Errors): Errors {
  const alike = versions.every((version) => sameJson(version[name], versions[0]?.[name]));
  if (alike && versions[0] !== undefined) return check(versions[0], `spec.${name}`);
  return versions.flatMap((version, index) => check(version, `spec.versions[${index}].${name}`));
}

export function partErrors(crd: KubeObject): Errors {
  const versions = versionsOf(crd);
  const conversion = objectAt(objectAt(crd.spec).conversion);
  const webhook = conversion.strategy === 'Webhook';
  const reviews = objectAt(conversion.webhook).conversionReviewVersions;
  const field = 'spec.conversion';
  return [
    ...eachVersion(versions, 'additionalPrinterColumns', (version, at) =>
      objects(version.additionalPrinterColumns).flatMap((column, index) => columnErrors(column, `${at}[${index}]`)),
    ),
    ...eachVersion(versions, 'subresources', (version, at) => {
      const { scale } = objectAt(version.subresources);
      return isObject(scale) ? scaleErrors(scale, `${at}.scale`) : [];
    }),
    ...eachVersion(versions, 'selectableFields', selectableErrors),
    ...versions.flatMap(({ deprecated, deprecationWarning }, index) =>
      isSet(deprecationWarning) && deprecated !== true
        ? [
            fieldError.invalid(
              `spec.versions[${index}].deprecationWarning`,
              text(deprecationWarning),
              'can only be set for deprecated versions',
            ),
          ]
        : [],
    ),
    ...(webhook && texts(reviews).length === 0 ? [fieldError.required(`${field}.conversionReviewVersions`, '')] : []),
    ...(webhook && !isObject(objectAt(conversion.webhook).clientConfig ?? null)
      ? [fieldError.required(`${field}.webhookClientConfig`, 'required when strategy is set to Webhook')]
      : []),
    ...(objectAt(crd.spec).preserveUnknownFields === true
      ? [
          fieldError.invalid(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
          ...(versionsOf(crd).some((version) => hasDefault(objectAt(version.schema).openAPIV3Schema))
            ? [fieldError.invalid('spec.preserveUnknownFields', true, 'must be false in order to use defaults in the schema')]
            : []),
        ]
      : []),
  ];
}

/** Whether a schema fills anything in. */
function hasDefault(schema: Json | undefined): boolean {
  if (!isObject(schema ?? null)) return false;
  const { default: value, properties, items, additionalProperties } = schema as JsonObject;
  return (
    value !== undefined || Object.values(objectAt(properties)).some(hasDefault) || hasDefault(items) || hasDefault(additionalProperties)
  );
}

/** Versions in which objects may still be stored have to stay. */
export function storedErrors(crd: KubeObject): Errors {
  const names = new Set(versionsOf(crd).map(({ name }) => text(name)));
  return texts(objectAt(crd.status).storedVersions).flatMap((stored, index) => {
    const why = `missing from spec.versions; ${stored} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${stored} and removes ${stored} from status.storedVersions`;
    return names.has(stored) ? [] : [fieldError.invalid(`status.storedVersions[${index}]`, stored, why)];
  });
}
