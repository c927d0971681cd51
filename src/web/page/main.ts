// The dashboard page: asks the supervisor every two seconds, shows what it says, and says so when it does not answer.

import { formatRate } from '../../status/format.ts';
import type { StatusModel } from '../../status/model.ts';
import type { RatePast } from '../history.ts';
import { element, setText, show } from './dom.ts';
import { follow } from './follow.ts';
import { PastView } from './past.ts';
import { lastSecond, merge } from './series.ts';
import { showStatus } from './view.ts';
import { announcement, clockText, stateWord } from './words.ts';

let past: RatePast | null = null;
let status: StatusModel | null = null;
let page: string | null = null;
let lastSeen: Date | null = null;
let isSilent = false;

follow({
  since: () => lastSecond(past),
  onDocument(document) {
    // Another version runs there now: its own page knows what its document means.
    if (page !== null && page !== document.page) return window.location.reload();
    page = document.page;
    const nowMs = Date.parse(document.at);
    past = merge(past, document.history, nowMs / 1000);
    showStatus(document.status);
    pastView.update(past, nowMs / 1000);
    setReachable(true);
    say(isSilent ? `The supervisor answers again: ${document.status.state}.` : announcement(status, document.status));
    setTitle(document.status);
    lastSeen = new Date();
    isSilent = false;
    if (status === null) performance.mark('shown');
    status = document.status;
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

/** Made while the first answer is on its way. */
const pastView = new PastView();

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
