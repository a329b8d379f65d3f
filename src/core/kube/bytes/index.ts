/**
 * Bytes as text. In: bytes. Out: base64. Never: decodes.
 */
export { base64 } from './base64.ts';
