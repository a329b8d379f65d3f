/** Absent fields stay absent: `{...when('since', undefined)}` adds nothing. */
export const when = <K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [P in K]?: V });
