/** Why a text cannot be read; caught at the face. */
export class SubstitutionFailure extends Error {}

export const BAD = 'bad substitution';
