// What the answers to `init` change in a configuration that is there: key by key, as `config set` would, and the rest of the
// file stays. Pure.
import type { GatewayKind } from '../../config/configuration.ts';
import { editConfig } from '../../config/edit-line.ts';
import { shown } from '../../config/effective.ts';
import { defaultOf, type Key } from '../../config/key.ts';
import { keyTitle, knownKey, pathOf, splitPath } from '../../config/key-names.ts';
import type { Answers } from '../../config/new-file.ts';
import { scan } from '../../config/scan-lines.ts';
import type { Network } from '../../protocol/networks.ts';
import { namesOf } from './pool-choice.ts';

/** A key and the values that it is to have; without any, it leaves the file. */
export interface KeyEdit {
  readonly section: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** What holds now, also where the file says nothing of it. */
export interface Present {
  readonly text: string;
  readonly network: Network;
  readonly gateway: GatewayKind;
}

/** What is of one network alone, and no question for another one answers. */
const OF_NETWORK = ['miner.wallet', 'pearld.rpc_url', 'pearld.rpc_user', 'pearld.rpc_cert', 'pearld.conf'];

/** All that these answers say, one by one. */
export function allEdits(answers: Answers): KeyEdit[] {
  return Object.entries(answers).flatMap(([section, keys]) =>
    Object.entries(keys as Record<string, string | readonly string[]>).map(([key, value]) => ({
      section,
      key,
      values: [value].flat(),
    })),
  );
}

/** What these answers change. A key that holds by its default already is not written down. */
export function editsOf(answers: Answers, present: Present): KeyEdit[] {
  const written = valuesIn(present.text);
  const edits = allEdits(answers).filter(({ section, key, values }) => {
    const now = written(section, key);
    if (now.length > 0) return !isSame(now, values);
    const holds = { network: present.network, 'gateway.kind': present.gateway }[pathOf(section, key)];
    return !isSame([holds ?? defaultOf(knownKey(section, key)) ?? ''], values);
  });
  if (answers['']?.network !== present.network) edits.push(...ofOtherNetwork(answers, written));
  if (answers.gateway?.kind === 'pool') edits.push(...poolsLeft(answers, present.text, written));
  return edits;
}

export function applyEdits(text: string, edits: readonly KeyEdit[]): string {
  return edits.reduce(
    (edited, { section, key, values }) => editConfig(edited, section, key, values.length === 0 ? null : values),
    text,
  );
}

/** A line for each edit that still changes this text: `[miner] threads: 3 → 50%`. */
export function editLines(text: string, edits: readonly KeyEdit[]): string[] {
  const written = valuesIn(text);
  return edits.flatMap(({ section, key, values }) => {
    const known = knownKey(section, key);
    const now = written(section, key);
    if (isSame(now, values)) return [];
    const title = keyTitle(section, key);
    const before = now.length > 0 ? listed(known, now) : defaultOf(known);
    if (values.length === 0) return [`${title}: ${before} → removed`];
    return [`${title}: ${before === null || text === '' ? '' : `${before} → `}${listed(known, values)}`];
  });
}

type Written = (section: string, key: string) => readonly string[];

function valuesIn(text: string): Written {
  const { entries } = scan(text, 'the configuration');
  return (section, key) =>
    entries.filter((entry) => entry.section === section && entry.key === key).map(({ value }) => value);
}

function ofOtherNetwork(answers: Answers, written: Written): KeyEdit[] {
  const answered = new Set(allEdits(answers).map(({ section, key }) => pathOf(section, key)));
  return OF_NETWORK.filter((path) => !answered.has(path)).flatMap((path) => {
    const { section, key } = splitPath(path);
    return written(section, key).length > 0 ? [{ section, key, values: [] }] : [];
  });
}

/** Only the chosen pools are mined with: other addresses go, and other sections stay in the file and are not used. */
function poolsLeft(answers: Answers, text: string, written: Written): KeyEdit[] {
  const edits: KeyEdit[] = [];
  if (answers.pool?.url === undefined && written('pool', 'url').length > 0) {
    edits.push({ section: 'pool', key: 'url', values: [] });
  }
  const sectionsIn = (names: readonly string[]) =>
    names.flatMap((name) => (name.startsWith('pool.') ? [name.slice('pool.'.length)] : []));
  const wanted = sectionsIn(Object.keys(answers));
  const there = sectionsIn(scan(text, 'the configuration').sections.map(({ name }) => name));
  const all = [...there, ...wanted.filter((name) => !there.includes(name))];
  const [use] = written('pool', 'use');
  const used = use === undefined ? all : namesOf(use);
  if (isSame(used, wanted)) return edits;
  return [...edits, { section: 'pool', key: 'use', values: isSame(all, wanted) ? [] : [wanted.join(', ')] }];
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((value, at) => value === others[at]);
}

function listed(key: Key, values: readonly string[]): string {
  return values.map((value) => shown(key, value)).join(', ') || '(empty)';
}
