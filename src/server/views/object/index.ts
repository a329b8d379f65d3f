/**
 * One object of an App: manifest, difference, events, logs, changes to propose.
 * In: an App, a visitor, the object's name. Out: what the visitor may see, secrets masked. Never: reads anything as the server.
 */
export { appUid, inventoryOf } from './inventory.ts';
export { type Mask, Masks } from './masks.ts';
export { Objects, type ObjectQuery, type Opened } from './objects.ts';
export { readLog } from './logs.ts';
export { type Found, findPath, followPath, onlyAt } from './field-path.ts';
