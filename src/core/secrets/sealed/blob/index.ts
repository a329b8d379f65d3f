/** One sealed value as bytes. In: its text, a session key that is already unwrapped. Out: what is inside. Never: holds a private key. */
export { openSealed, parseSealed, sealValue } from './blob.ts';
