// The dashboard page: shows the document that came with it, asks the supervisor for a new one every two seconds, and says so
// when it does not answer.
import { formatRate } from '../../state/status/format.ts';
import type { StatusModel } from '../../state/status/status-table.ts';
import type { DashboardDocument } from '../site/dashboard-document.ts';
import { listenToCopies } from './copy-command.ts';
import { afterPaint, element, setText, show } from './dom.ts';
import { follow } from './follow.ts';
import { showStatus } from './page-view.ts';
import { announcement, clockText, stateWord } from './page-words.ts';
import { PastView } from './past-view.ts';
import { lastSecond, merge, type ShownPast } from './series.ts';

let past: ShownPast | null = null;
let status: StatusModel | null = null;
let lastSeen: Date | null = null;
let isSilent = false;

const first = JSON.parse(element('first').textContent ?? '') as DashboardDocument;
const pastView = new PastView(() => askNow());
take(first);
performance.mark('filled');
afterPaint(() => performance.mark('painted'));
listenToCopies(say);
const askNow = follow({
  asked() {
    const { range } = pastView;
    const since = past?.range === range ? lastSecond(past) : null;
    return { range, ...(since === null ? {} : { since: String(since) }) };
  },
  onDocument(document) {
    // Another version runs there now: its own page knows what its document means.
    if (first.page === document.page) take(document);
    else window.location.reload();
  },
  onSilence() {
    setReachable(false);
    setText('last-seen', lastSeen === null ? 'never' : `at ${clockText(lastSeen)}`);
    if (status !== null) setText('state', `Last seen ${status.state.replace('_', ' ')}`);
    if (isSilent) return;
    isSilent = true;
    window.document.title = 'No answer – pearlctl';
    say('The supervisor does not answer.');
  },
});

function take(document: DashboardDocument): void {
  const nowMs = Date.parse(document.at);
  past = merge(past, document.history, nowMs / 1000);
  showStatus(document.status);
  pastView.update(past, nowMs / 1000);
  setReachable(true);
  say(isSilent ? `The supervisor answers again: ${document.status.state}.` : announcement(status, document.status));
  setTitle(document.status);
  lastSeen = new Date();
  isSilent = false;
  status = document.status;
}

function setReachable(reachable: boolean): void {
  element('main').dataset.reach = reachable ? 'here' : 'lost';
  show('unreachable', !reachable);
}

function setTitle({ state, rate }: StatusModel): void {
  const figure = rate === null || state !== 'running' ? '' : `, ${formatRate(rate.macsPerSecond10s)}`;
  window.document.title = `${stateWord(state)}${figure} – pearlctl`;
}

/** To a screen reader, and only what is news. */
function say(words: string | null): void {
  if (words !== null) setText('said', words);
}
