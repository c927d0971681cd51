// One value out of a document, by its dotted name. Pure.

/**
 * The value at `children.miner.pid` or `health.0.fix`, in an object so that null can be told from nothing.
 *
 * @returns undefined where the document has no such place (which may still exist in another state of things).
 */
export function readField(document: unknown, path: string): { readonly value: unknown } | undefined {
  let value = document;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return { value };
}

/** For a shell: text as it is, nothing for null, lists and objects as JSON; always one line. */
export function fieldText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return JSON.stringify(value);
  // Some texts come from other programs; none may drive a terminal, or look like two lines to a script.
  return String(value).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
