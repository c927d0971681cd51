// The samples that the table of the status names, out of a status: one pass over both. Pure.
import type { Fields } from '../../base/json-fields.ts';
import type { Field, FigureMetric, Table } from '../../state/table/field.ts';
import type { Metric } from './exposition.ts';

/** The metrics of a record; what is null is left out, and a moment that never was is 0. */
export function tableMetrics(table: Table, record: object): Metric[] {
  const metrics = new Map<string, Metric>();
  for (const [metric, value] of samplesOf(table, record as Fields)) {
    const { name, help, type, label } = metric;
    const sample = label === undefined ? { value } : { labels: { [label[0]]: label[1] }, value };
    metrics.set(name, { name, help, type, samples: [...(metrics.get(name)?.samples ?? []), sample] });
  }
  return [...metrics.values()];
}

/** Every metric that a table names, once for each value of its label. */
export function metricsIn(table: Table): FigureMetric[] {
  return Object.values(table).flatMap((field) => {
    const inner = 'fields' in field ? metricsIn(field.fields) : [];
    return 'metrics' in field && field.metrics !== undefined ? [...inner, ...field.metrics] : inner;
  });
}

function* samplesOf(table: Table, record: Fields): Generator<readonly [FigureMetric, number | bigint]> {
  for (const [name, field] of Object.entries(table)) {
    const value = record[name];
    if ('fields' in field && value !== null) yield* samplesOf(field.fields, value as Fields);
    if (!('metrics' in field) || field.metrics === undefined) continue;
    const figure = figureOf(field, value);
    if (figure !== null) for (const metric of field.metrics) yield [metric, figure];
  }
}

function figureOf(field: Field, value: unknown): number | bigint | null {
  if ('kind' in field && field.kind === 'time?') return unixSeconds(value as string | null);
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? BigInt(value) : null;
}

/** 0 for no moment. */
export function unixSeconds(iso: string | null): number {
  const milliseconds = Date.parse(iso ?? '');
  return Number.isFinite(milliseconds) ? milliseconds / 1000 : 0;
}
