/**
 * Built-in kinds as Go structs. In: JSON and a type. Out: the JSON Go would write, unknown fields, or Go's error text. Never: defaults or validates.
 */
export { type Decoded, TypedReader } from './decode.ts';
