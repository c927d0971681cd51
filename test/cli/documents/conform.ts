// Holds a document against its description.
import type { DocumentSpec, KeyTable } from '../../../scripts/docs/document.ts';

/** What is wrong with a document: keys that are not described, and values of another type. */
export function violations({ keys }: Pick<DocumentSpec, 'keys'>, document: unknown): string[] {
  const found: string[] = [];
  visit('', document);
  return found;

  function visit(path: string, value: unknown): void {
    if (path !== '') {
      const types = keys[path]?.[0].split(' | ');
      if (types === undefined) found.push(`${path} is not described`);
      else if (!types.some((type) => isOf(type, value)))
        found.push(`${path} is ${JSON.stringify(value)}, not ${types}`);
    }
    if (Array.isArray(value)) {
      // A list of objects is described by the keys of its items.
      for (const item of value) {
        if (isOf('object', item) && !Object.hasOwn(keys, `${path}[]`)) visitKeys(`${path}[].`, item as object);
        else visit(`${path}[]`, item);
      }
    } else if (isOf('object', value)) {
      visitKeys(path === '' ? '' : `${path}.`, value as object);
    }
  }

  function visitKeys(prefix: string, value: object): void {
    for (const [key, inner] of Object.entries(value)) visit(`${prefix}${key}`, inner);
  }
}

/** The described keys that none of the documents has: a reader should not look for what never comes. */
export function neverSeen({ keys }: { keys: KeyTable }, documents: readonly unknown[]): string[] {
  const seen = new Set<string>();
  const visit = (path: string, value: unknown): void => {
    seen.add(path);
    if (Array.isArray(value)) for (const item of value) visit(`${path}[]`, item);
    else if (isOf('object', value))
      for (const [key, inner] of Object.entries(value as object)) visit(path === '' ? key : `${path}.${key}`, inner);
  };
  for (const document of documents) visit('', document);
  return Object.keys(keys).filter((key) => !seen.has(key));
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isSafeInteger(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'string':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    default:
      return type === 'boolean' && typeof value === 'boolean';
  }
}
