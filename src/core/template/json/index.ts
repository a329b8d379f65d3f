/**
 * encoding/json for Go values.
 * In: values, texts. Out: texts, values, Go's error texts. Never: reads or writes objects other than the plain ones of the value model.
 */
export { encodeJson, type JsonStyle } from './encode.ts';
export { decodeJson } from './decode.ts';
