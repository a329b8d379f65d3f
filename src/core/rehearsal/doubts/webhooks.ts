/** Services that the API server itself asks: admission webhooks, conversions, APIs of others. */
import { type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import type { Rule } from './doubt.ts';

interface Asked {
  readonly service: JsonObject;
  /** What fails without it. */
  readonly fails: string;
}

/** `what`: where a kind says whom it asks. */
const missing =
  (what: (spec: JsonObject) => readonly Asked[]): Rule =>
  (object, standing) =>
    what(object).flatMap(({ service, fails }) => {
      const [namespace, name] = [text(service['namespace']), text(service['name'])];
      if (name === '' || !standing.lacks('Service', namespace, name)) return [];
      return {
        code: 'NoSuchBackend' as const,
        message: `${object.kind} ${object.metadata.name ?? ''} asks Service ${namespace}/${name}, which is not there: ${fails}`,
        hint: 'correct the Service, or deliver it',
      };
    });

export const admissionRule: Rule = missing((object) =>
  objects(object['webhooks']).map((webhook) => ({
    service: objectAt(objectAt(webhook['clientConfig'])['service']),
    fails:
      webhook['failurePolicy'] === 'Ignore'
        ? `webhook ${text(webhook['name'])} does nothing`
        : `whatever webhook ${text(webhook['name'])} is for is refused`,
  })),
);

export const apiServiceRule: Rule = missing((object) => [
  { service: objectAt(objectAt(object['spec'])['service']), fails: 'its API answers nobody' },
]);

export const conversionRule: Rule = missing((object) => [
  {
    service: objectAt(objectAt(objectAt(objectAt(objectAt(object['spec'])['conversion'])['webhook'])['clientConfig'])['service']),
    fails: 'objects of its other versions cannot be read',
  },
]);
