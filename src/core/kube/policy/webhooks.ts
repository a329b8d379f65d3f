/** Which webhooks a real server would call about a request. None is called here, so what they would say is not known. Kubernetes: apiserver pkg/admission/plugin/webhook. */
import { type KubeObject, objects, text } from '../../object/index.ts';
import { type AdmissionRequest, isExempt, ruleMatches, selected } from './admission-request.ts';
import { evaluate, type ProgramCache, requestValue } from './expressions.ts';

export interface WouldCall {
  readonly configuration: KubeObject;
  readonly webhook: string;
  readonly type: 'mutating' | 'validating';
  /** What happens on a real cluster when the webhook does not answer. */
  readonly failurePolicy: 'Fail' | 'Ignore';
}

/** In the order of the real server: those that change things first. */
export function webhooksCalled(
  request: AdmissionRequest,
  configurations: readonly KubeObject[],
  cache: ProgramCache,
): readonly WouldCall[] {
  if (isExempt(request)) return [];
  return configurations.flatMap((configuration) =>
    objects(configuration.webhooks)
      .filter((webhook) => {
        if (!objects(webhook.rules).some((rule) => ruleMatches(rule, request, webhook.matchPolicy))) return false;
        const namespaced =
          request.namespaceObject === undefined || selected(webhook.namespaceSelector, request.namespaceObject.metadata.labels);
        const either = [request.object, request.oldObject].some(
          (object) => object !== undefined && selected(webhook.objectSelector, object.metadata.labels),
        );
        if (!namespaced || !either) return false;
        const values = {
          object: request.object ?? null,
          oldObject: request.oldObject ?? null,
          request: requestValue(request),
          params: null,
          namespaceObject: request.namespaceObject ?? null,
        };
        const evaluation = { variables: Object.entries(values), inline: new Map<string, string>(), cache };
        // A condition that cannot be evaluated is an error on a real server, not a reason to leave the webhook out.
        return !objects(webhook.matchConditions).some((condition) => evaluate(text(condition.expression), evaluation) === false);
      })
      .map((webhook) => ({
        configuration,
        webhook: text(webhook.name),
        type: configuration.kind === 'MutatingWebhookConfiguration' ? 'mutating' : 'validating',
        failurePolicy: webhook.failurePolicy === 'Ignore' ? 'Ignore' : 'Fail',
      })),
  );
}

const without = {
  Fail: 'a real cluster refuses the request if it does not answer',
  Ignore: 'a real cluster goes on if it does not answer',
};

/** What the client is told. */
export const wouldCallText = ({ configuration, webhook, type, failurePolicy }: WouldCall): string =>
  `the embedded cluster calls no webhooks: ${type} webhook ${JSON.stringify(webhook)} of ${JSON.stringify(configuration.metadata.name ?? '')} would be called here (failurePolicy ${failurePolicy}: ${without[failurePolicy]})`;
