/**
 * Protobuf request bodies. In: bytes. Out: the object as JSON with its kind, or an error text. Never: writes protobuf.
 */
export { type ProtobufBody, ProtobufReader } from './decode.ts';
