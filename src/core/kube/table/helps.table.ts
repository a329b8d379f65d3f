/** Placeholder. */
export const columnHelps: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
