// The date of the manual pages. Made from nothing that changes by itself: the same tree gives the same pages.

/** The day on which the words of the pages were last read against the program; ISO 8601. */
export const MANUAL_DATE = '2026-11-30';
