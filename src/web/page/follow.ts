// Asks the supervisor for its document every two seconds, for ever: nothing that happens over there ends it. While the page
// is hidden it rests; when it is seen again it asks at once.
import type { DashboardDocument } from '../site/dashboard-document.ts';

/** The supervisor measures as often. */
const EVERY_MS = 2000;
/** Over loopback, from a supervisor that answers at once. */
const PATIENCE_MS = 4000;

export interface Listener {
  /** What to ask for: `range` and `since` of the query. */
  asked(): Record<string, string>;
  onDocument(document: DashboardDocument): void;
  onSilence(): void;
}

/** Gives a function that asks at once. */
export function follow(listener: Listener): () => void {
  let timer: number | undefined;
  let asking = false;
  let wanted = false;
  const ask = () => void answerNext();
  async function answerNext(): Promise<void> {
    wanted = asking;
    if (asking || document.hidden) return;
    asking = true;
    window.clearTimeout(timer);
    const answer = await fetchDocument(listener.asked()).catch(() => null);
    asking = false;
    timer = window.setTimeout(ask, EVERY_MS);
    if (answer === null) listener.onSilence();
    else listener.onDocument(answer);
    // What is asked for has changed meanwhile.
    if (wanted) ask();
  }
  document.addEventListener('visibilitychange', ask);
  // Brought back as it was left (by "back"), and not when it comes new.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) ask();
  });
  timer = window.setTimeout(ask, EVERY_MS);
  return ask;
}

async function fetchDocument(asked: Record<string, string>): Promise<DashboardDocument> {
  const response = await fetch(`dashboard.json?${new URLSearchParams(asked)}`, {
    cache: 'no-store',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return (await response.json()) as DashboardDocument;
}
