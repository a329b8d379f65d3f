/** The letters of generated names: no vowels, so that no words come out. Kubernetes: apimachinery pkg/util/rand. */
export const nameAlphabet = 'bcdfghjklmnpqrstvwxz2456789';
