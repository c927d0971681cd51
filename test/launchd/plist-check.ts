// Checks a launchd property list the way no single tool on Linux does: well-formed element structure, each key once, and
// every key known with the right type by the table of launchd.plist(5).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface KeyFact {
  key: string;
  type: string;
  parent?: string;
  values?: string[];
  pearlctl?: string;
}

const facts = (JSON.parse(readFileSync(join(import.meta.dirname, 'launchd-keys.json'), 'utf8')) as { keys: KeyFact[] })
  .keys;

interface Element {
  tag: string;
  text: string;
  children: Element[];
}

const LEAVES = new Set(['string', 'integer', 'real', 'true', 'false', 'date', 'data', 'key']);
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** A strict reader of the XML subset that property lists use. Throws on anything else. */
function readElements(xml: string): Element {
  const root: Element = { tag: '', text: '', children: [] };
  const stack = [root];
  const body = xml.replace(/^<\?xml[^>]*\?>\s*/, '').replace(/^<!DOCTYPE[^>]*>\s*/, '');
  const token = /<!--[\s\S]*?-->|<(\/?)(\w+)((?:\s+\w+="[^"<&]*")*)\s*(\/?)>|([^<]+)/gy;
  let at = 0;
  for (let match = token.exec(body); match; match = token.exec(body)) {
    at = token.lastIndex;
    const [whole, closing, tag, , selfClosing, text] = match;
    const top = stack.at(-1) as Element;
    if (whole.startsWith('<!--')) continue;
    if (text !== undefined) top.text += decode(text);
    else if (closing) {
      if (top.tag !== tag) throw new Error(`</${tag}> closes <${top.tag}>`);
      stack.pop();
    } else {
      const element: Element = { tag: tag as string, text: '', children: [] };
      top.children.push(element);
      if (!selfClosing) stack.push(element);
    }
  }
  if (at !== body.length) throw new Error(`not XML: ${JSON.stringify(body.slice(at, at + 30))}`);
  if (stack.length !== 1) throw new Error(`<${stack.at(-1)?.tag}> is not closed`);
  return root;
}

function decode(text: string): string {
  return text.replaceAll(/&(?:(\w+);|#(\d+);|#x([\da-fA-F]+);)?/g, (whole, name, decimal, hex) => {
    if (decimal ?? hex) return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16));
    const character = ENTITIES[name ?? ''];
    if (character === undefined) throw new Error(`unknown entity ${whole}`);
    return character;
  });
}

/** What is wrong with the property list, one sentence each; empty when nothing is. */
export function checkPlist(xml: string): string[] {
  let root: Element;
  try {
    root = readElements(xml);
  } catch (error) {
    return [(error as Error).message];
  }
  const problems: string[] = [];
  const [plist] = root.children;
  const [dict] = plist?.children ?? [];
  if (root.children.length !== 1 || plist?.tag !== 'plist') problems.push('the document is not one <plist>');
  if (plist?.children.length !== 1 || dict?.tag !== 'dict') problems.push('the plist is not one <dict>');
  if (problems.length > 0 || !dict) return problems;
  checkStructure(dict, problems);
  checkKeys(dict, undefined, problems);
  const keys = pairs(dict).map(([key]) => key);
  for (const { key, pearlctl } of facts) {
    if (pearlctl?.startsWith('required') && !keys.includes(key)) problems.push(`${key} is missing`);
    if (pearlctl?.startsWith('never') && keys.includes(key)) problems.push(`${key} must not be there`);
  }
  return problems;
}

function checkStructure(element: Element, problems: string[]): void {
  const { tag, text, children } = element;
  if (LEAVES.has(tag)) {
    if (children.length > 0) problems.push(`<${tag}> has elements inside`);
    if (tag === 'integer' && !/^-?\d+$/.test(text)) problems.push(`<integer> holds ${JSON.stringify(text)}`);
    if ((tag === 'true' || tag === 'false') && text.trim() !== '') problems.push(`<${tag}> holds text`);
    return;
  }
  if (tag !== 'dict' && tag !== 'array') problems.push(`<${tag}> is no element of a property list`);
  if (text.trim() !== '') problems.push(`<${tag}> holds the text ${JSON.stringify(text.trim())}`);
  if (tag === 'dict') {
    const seen = new Set<string>();
    children.forEach((child, index) => {
      if ((child.tag === 'key') !== (index % 2 === 0)) problems.push('keys and values do not alternate');
      if (child.tag === 'key' && seen.has(child.text)) problems.push(`${child.text} is there twice`);
      if (child.tag === 'key') seen.add(child.text);
    });
    if (children.length % 2 === 1) problems.push('a key has no value');
  }
  for (const child of children) checkStructure(child, problems);
}

function pairs(dict: Element): [string, Element][] {
  const result: [string, Element][] = [];
  for (let i = 0; i + 1 < dict.children.length; i += 2) {
    result.push([(dict.children[i] as Element).text, dict.children[i + 1] as Element]);
  }
  return result;
}

function checkKeys(dict: Element, parent: string | undefined, problems: string[]): void {
  for (const [key, value] of pairs(dict)) {
    const fact = facts.find((candidate) => candidate.key === key && candidate.parent === parent);
    if (!fact) problems.push(`${parent ? `${parent}.` : ''}${key} is not a key of launchd.plist(5)`);
    else if (!fact.type.split('|').some((type) => fits(type, value))) problems.push(`${key} is not a ${fact.type}`);
    else if (
      fact.values &&
      !(value.children.length ? value.children : [value]).every((v) => fact.values?.includes(v.text))
    ) {
      problems.push(`${key} has a value that launchd does not know`);
    }
    if (value.tag === 'dict' && facts.some((candidate) => candidate.parent === key)) checkKeys(value, key, problems);
  }
}

function fits(type: string, value: Element): boolean {
  const [, outer = type, inner] = /^(\w+)<(\w+)>$/.exec(type) ?? [];
  const tags: Record<string, string[]> = { boolean: ['true', 'false'], dictionary: ['dict'] };
  if (!(tags[outer] ?? [outer]).includes(value.tag)) return false;
  if (inner === undefined) return true;
  const items = value.tag === 'dict' ? pairs(value).map(([, item]) => item) : value.children;
  return items.every((item) => fits(inner, item));
}
