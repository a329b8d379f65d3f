/** Volumes that show objects as files: keys and their paths, modes, fields of the Pod. Kubernetes: validateKeyToPath, validateProjectionSources. */
import { isSet, type Json, type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import type { Errors } from './checks.ts';
import { fieldRefErrors, resourceFieldErrors } from './env-sources.ts';
import { localPathErrors, type SourceCheck } from './volume-sources.ts';

const MODE = 'must be a number between 0 and 0777 (octal), both inclusive';

const modeErrors = (mode: Json | undefined, field: string): Errors =>
  typeof mode === 'number' && (mode < 0 || mode > 0o777) ? [fieldError.invalid(field, mode, MODE)] : [];

const pathErrors = (path: string, field: string): Errors => [
  ...(path === '' ? [fieldError.required(field, '')] : []),
  ...localPathErrors(path, field),
];

const keyErrors = (item: JsonObject, field: string): Errors => [
  ...(text(item.key) === '' ? [fieldError.required(`${field}.key`, '')] : []),
  ...pathErrors(text(item.path), `${field}.path`),
  ...modeErrors(item.mode, `${field}.mode`),
];

const itemsErrors = (source: JsonObject, field: string): Errors =>
  objects(source.items).flatMap((item, index) => keyErrors(item, `${field}.items[${index}]`));

/** A Secret or ConfigMap as a volume; `name` is the field that names it. */
export const objectFiles =
  (name: string): SourceCheck =>
  (source, field) => [
    ...(text(source[name]) === '' ? [fieldError.required(`${field}.${name}`, '')] : []),
    ...modeErrors(source.defaultMode, `${field}.defaultMode`),
    ...itemsErrors(source, field),
  ];

const podFields = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

/** All files are told under the field of the list's owner, as the server does. */
function podFileErrors(file: JsonObject, field: string): Errors {
  const [byField, byResource] = [isSet(file.fieldRef), isSet(file.resourceFieldRef)];
  const source = byField
    ? fieldRefErrors(objectAt(file.fieldRef), `${field}.fieldRef`, podFields)
    : byResource
      ? resourceFieldErrors(objectAt(file.resourceFieldRef), `${field}.resourceFieldRef`, 'volume')
      : [fieldError.required(field, 'one of fieldRef and resourceFieldRef is required')];
  const twice =
    byField && byResource
      ? [fieldError.invalid(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously')]
      : [];
  return [...pathErrors(text(file.path), `${field}.path`), ...source, ...twice, ...modeErrors(file.mode, `${field}.mode`)];
}

export const podFiles: SourceCheck = (source, field) => [
  ...modeErrors(source.defaultMode, `${field}.defaultMode`),
  ...objects(source.items).flatMap((file) => podFileErrors(file, field)),
];

const TEN_MINUTES = 600;

function tokenErrors(token: JsonObject, field: string, owner: string): Errors {
  const seconds = typeof token.expirationSeconds === 'number' ? token.expirationSeconds : 0;
  const at = `${field}.expirationSeconds`;
  const path = text(token.path);
  return [
    ...(seconds < TEN_MINUTES ? [fieldError.invalid(at, seconds, 'may not specify a duration less than 10 minutes')] : []),
    ...(seconds > 2 ** 32 ? [fieldError.invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds')] : []),
    ...(path === '' ? [fieldError.required(`${owner}.path`, '')] : localPathErrors(path, `${owner}.path`)),
  ];
}

/** Several sources in one folder: each on its own, and no path twice. */
export const projected: SourceCheck = (source, field) => {
  const paths = new Set<string>();
  const taken = (path: string, shown: string): Errors => {
    if (path === '') return [];
    const known = paths.has(path);
    paths.add(path);
    return known ? [fieldError.invalid(field, shown, 'conflicting duplicate paths')] : [];
  };
  const errors: FieldError[] = [...modeErrors(source.defaultMode, `${field}.defaultMode`)];
  for (const [index, one] of objects(source.sources).entries()) {
    const at = `${field}.sources[${index}]`;
    for (const kind of ['secret', 'configMap']) {
      if (!isSet(one[kind])) continue;
      const named = objectAt(one[kind]);
      if (text(named.name) === '') errors.push(fieldError.required(`${at}.${kind}.name`, ''));
      for (const [place, item] of objects(named.items).entries())
        errors.push(...keyErrors(item, `${at}.${kind}.items[${place}]`), ...taken(text(item.path), text(named.name)));
    }
    for (const file of objects(objectAt(one.downwardAPI).items))
      errors.push(...podFileErrors(file, `${at}.downwardAPI`), ...taken(text(file.path), text(file.path)));
    if (isSet(one.serviceAccountToken)) errors.push(...tokenErrors(objectAt(one.serviceAccountToken), `${at}.serviceAccountToken`, field));
    const kinds = ['secret', 'configMap', 'downwardAPI', 'serviceAccountToken'].filter((kind) => isSet(one[kind]));
    if (kinds.length > 1) errors.push(fieldError.forbidden(at, 'may not specify more than 1 volume type per source'));
  }
  return errors;
};
