/** What a real cluster would do here and the embedded one does not: said aloud, because somebody would be called. */
import { type KubeObject, objectAt } from '../../object/index.ts';

export function webhookWarnings(object: KubeObject): readonly string[] {
  if (object.kind !== 'CustomResourceDefinition')
    return ['the embedded cluster calls no webhooks: on a real cluster these would decide about requests too'];
  return objectAt(objectAt(object.spec).conversion).strategy === 'Webhook'
    ? ['the embedded cluster calls no conversion webhook: between versions only apiVersion changes']
    : [];
}
