// How the figures of a section are said, as their table wants it: the counts in a line of `status`, and the terms of the page. Pure.
import type { Fields } from '../../base/json-fields.ts';
import type { Table } from '../table/field.ts';
import { formatAge, thousands } from './format.ts';

/** A term and what is true of it. */
export type Fact = readonly [term: string, text: string];

/** `1 rejected`, `2 stale`: the counts that belong into the line about their section. */
export function countsIn(table: Table, record: object): string[] {
  return Object.entries(table).flatMap(([name, field]) => {
    const value = (record as Fields)[name];
    const line = 'line' in field ? field.line : undefined;
    return line === 'always' || (line === 'if any' && value !== 0) ? [`${value} ${name}`] : [];
  });
}

/** The terms of the page for a section. What is null is left out, unless the table has words for that. */
export function factsIn(table: Table, record: object): Fact[] {
  return Object.entries(table).flatMap(([name, field]): Fact[] => {
    if (!('page' in field) || field.page === undefined) return [];
    const { term, as = '{}', none } = field.page;
    const value = (record as Fields)[name];
    if (value === null) return none === undefined ? [] : [[term, none]];
    return [[term, as.replace('{}', name.endsWith('Seconds') ? formatAge(Number(value)) : shown(value))]];
  });
}

/** Counts with a mark between the thousands. */
function shown(value: unknown): string {
  return typeof value === 'number' ? thousands(value) : String(value);
}
