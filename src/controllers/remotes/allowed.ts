/** Whether an address lies below one of the prefixes the platform team allows. */

/** `user@host:path`, as ssh has it. */
const scpForm = /^([A-Za-z0-9._-]+@)?([A-Za-z0-9][A-Za-z0-9.-]*):(?!\/\/)(.+)$/;

/** Scheme, host and path in one spelling; undefined when it is no address or hides a step upwards. */
function canonical(url: string): string | undefined {
  const scp = url.includes('://') ? null : scpForm.exec(url);
  const text = scp === null ? url : `ssh://${scp[1] ?? ''}${scp[2] ?? ''}/${(scp[3] ?? '').replace(/^\/+/, '')}`;
  if (!URL.canParse(text)) return undefined;
  // Git and servers read paths in their own way: what is only safe after normalising is not safe.
  if (/(?:^|[/\\])(?:\.|%2e){1,2}(?:[/\\]|$)/i.test(text.replace(/^[a-z+]+:\/\/[^/]*/i, '')) || text.includes('\\')) return undefined;
  const { protocol, username, host, pathname } = new URL(text);
  const user = protocol === 'ssh:' && username !== '' ? `${username}@` : '';
  return `${protocol}//${user}${host}${pathname.replace(/\/+$/, '')}`;
}

/** Prefixes end at a step of the path; `.git` behind the name of a repository makes no difference. */
export function isAllowedRemote(url: string, prefixes: readonly string[]): boolean {
  const wanted = canonical(url);
  if (wanted === undefined) return false;
  return prefixes.some((prefix) => {
    const allowed = canonical(prefix);
    if (allowed === undefined) return false;
    return wanted === allowed || wanted.startsWith(`${allowed}/`) || wanted === `${allowed}.git` || wanted.startsWith(`${allowed}.git/`);
  });
}
