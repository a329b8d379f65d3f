/**
 * OpenAPI documents. In: served resources and their types. Out: v3 and v2 documents. Never: serves them.
 */
export { openApiV2, openApiV3 } from './document.ts';
export { openApiV2Protobuf } from './protobuf.ts';
