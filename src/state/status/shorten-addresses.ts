// The address of a pool or node may be longer than the reason that it stands before, and says less.

/** With a scheme or without, always with its port, by which it is told from a word. */
const ADDRESS = /(?:[a-z+]+:\/\/)?[\w.[\]:-]+:\d{1,5}\b/g;
/** Of one address at the least: the begin of its name, and its end with the port. */
const KEPT = 16;

/** The text in `columns` where the middles of its addresses are enough to give for that. */
export function shortenAddresses(text: string, columns: number): string {
  let excess = text.length - columns;
  return text.replace(ADDRESS, (address) => {
    const kept = Math.max(KEPT, address.length - 1 - Math.max(0, excess));
    if (excess <= 0 || kept >= address.length - 1) return address;
    excess -= address.length - 1 - kept;
    const tail = Math.floor(kept / 2);
    return `${address.slice(0, kept - tail)}…${address.slice(-tail)}`;
  });
}
