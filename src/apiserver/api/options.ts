/** The options of a write request, checked. Kubernetes: apimachinery pkg/apis/meta/v1/validation/validation.go. */
import { type FieldError, fieldError, invalid } from '../../core/kube/status/index.ts';
import { headerOf, type ResourceRequest } from './request.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface WriteOptions {
  readonly dryRun: boolean;
  /** Who owns what this request sets. */
  readonly manager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean;
}

/** The manager of a request that names none: the program of its User-Agent. Kubernetes: handlers/rest.go, managerOrUserAgent. */
function managerOf(request: ResourceRequest): string {
  const named = request.query.get('fieldManager');
  if (named !== '') return named;
  const agent = (headerOf(request, 'user-agent').split('/')[0] ?? '').slice(0, 128);
  const printable = [...agent].filter((char) => /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(char)).join('');
  return printable === '' ? 'unknown' : printable;
}

function dryRunErrors(values: readonly string[]): readonly FieldError[] {
  const bad = values.some((value) => value !== 'All');
  const text = `Unsupported value: []string{${values.map((value) => JSON.stringify(value)).join(', ')}}: supported values: "All"`;
  return bad ? [fieldError.raw('NotSupported', 'dryRun', text)] : [];
}

/** `kind` is CreateOptions, UpdateOptions or PatchOptions. */
export function writeOptions(request: ResourceRequest, kind: string, apply: 'apply' | 'other'): WriteOptions {
  const { query } = request;
  const dryRun = query.all('dryRun').filter((value) => value !== '');
  const named = query.get('fieldManager');
  const validation = query.get('fieldValidation');
  const errors: FieldError[] = [];
  if (apply === 'apply' && named === '') errors.push(fieldError.required('fieldManager', 'is required for apply patch'));
  if (apply === 'other' && query.has('force')) errors.push(fieldError.forbidden('force', 'may not be specified for non-apply patch'));
  if (named.length > 128) errors.push(fieldError.tooLong('fieldManager', 128));
  errors.push(...dryRunErrors(dryRun));
  if (validation !== '' && validation !== 'Ignore' && validation !== 'Warn' && validation !== 'Strict') {
    errors.push(fieldError.notSupported('fieldValidation', validation, ['', 'Ignore', 'Strict', 'Warn']));
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', errors);
  return {
    dryRun: dryRun.length > 0,
    manager: managerOf(request),
    fieldValidation: validation === '' ? 'Warn' : (validation as FieldValidation),
    force: query.flag('force'),
  };
}
