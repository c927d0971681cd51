// What is kept of a stream without an end: the newest so many, in the order in which they came.

/** Cuts a list to its last `limit` items, in place. Returns the ones cut off, oldest first. */
export function keepNewest<Item>(list: Item[], limit: number): Item[] {
  return list.splice(0, Math.max(0, list.length - limit));
}

/** Cuts a Set or Map to the `limit` keys that were added last, in place. */
export function keepNewestKeys<Key>(from: Set<Key> | Map<Key, unknown>, limit: number): void {
  for (const key of from.keys()) {
    if (from.size <= limit) return;
    from.delete(key);
  }
}
