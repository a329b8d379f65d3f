/**
 * Differences that stay, each with the heading of `docs/cluster-differences.md` that gives the reason. A row must match every differing leaf of
 * an answer; anything beside it is a difference that nobody explained.
 */
import type { Sent } from './generator.ts';

interface Explained {
  readonly reason: string;
  readonly leaf: (line: string, sent: Sent | undefined) => boolean;
}

const rows: readonly Explained[] = [
  { reason: 'Descriptions', leaf: (line) => /^\.columnDefinitions\.\d+\.description:/.test(line) },
  {
    reason: 'Go values in messages',
    leaf: (line) =>
      /^\.(message|details\.causes\.\d+\.message):/.test(line) &&
      /resource\.Quantity\{|runtime\.RawExtension\{|core\.ScopeSelector\{|(storage|apiextensions|field)\.\w+\{/.test(line),
  },
  {
    reason: 'By design',
    leaf: (line) => line.startsWith('head:') && line.includes('the embedded cluster calls no'),
  },
  {
    reason: 'Autoscalers as autoscaling/v1',
    leaf: (line, sent) => sent?.path.includes('/autoscaling/v1/') === true || /autoscaling\.alpha\.kubernetes\.io/.test(line),
  },
  {
    reason: 'Go values in messages',
    leaf: (line) => /^\.(message|details\.causes\.\d+\.message):/.test(line) && /Invalid value: core\.PodTemplateSpec\{/.test(line),
  },
  {
    reason: 'Go values in messages',
    leaf: (line) =>
      /^\.(message|details\.causes\.\d+\.message):/.test(line) &&
      /LabelSelector\{/.test(line) &&
      /(\[\]|map\[string\])string(\{\}|\(nil\))/.test(line),
  },
  {
    reason: 'Empty lists that are spelt out',
    leaf: (line, sent) => /generation:|\.metadata\.revision:/.test(line) && (sent === undefined || sent.path.includes('networkpolicies')),
  },
  {
    reason: 'Empty lists that are spelt out',
    leaf: (line, sent) => line.includes('.metadata.managedFields.') && /\[\]|\{\}/.test(JSON.stringify(sent?.edit ?? sent?.body ?? [])),
  },
  {
    reason: 'Which errors of an applied object are named',
    leaf: (line) => line.startsWith('.message:') && (line.match(/failed to create typed patch object/g)?.length ?? 0) === 2,
  },
  {
    reason: 'Services without a name',
    leaf: (_line, sent) => sent?.path.includes('/services') === true && /"name":""/.test(JSON.stringify(sent.body ?? null)),
  },
  {
    reason: 'Custom resources of the wrong kind',
    leaf: (line, sent) => /"kind":"Other"/.test(JSON.stringify(sent?.body ?? null)) && /causes\.\d+|^\.message:/.test(line),
  },
  {
    reason: 'Which binding allows',
    leaf: (line) => line.startsWith('.status.reason: real "RBAC: allowed by') && line.includes(' own "RBAC: allowed by'),
  },
  { reason: 'Lists replaced by nothing', leaf: (line) => line.endsWith('containers: real null own []') },
  { reason: 'Empty pages of custom resources', leaf: (line) => /^\.(items|rows): real null own \[\]$/.test(line) },
];

/** The heading that explains these differing leaves, or undefined. */
export const explanationOf = (sent: Sent | undefined, lines: readonly string[]): string | undefined =>
  lines.length === 0 ? undefined : rows.find(({ leaf }) => lines.every((line) => leaf(line, sent)))?.reason;
