// Puts a document onto the page: each part of the status into its place. What it says is decided in `page-words.ts`.
import { formatRate, scaleRates, thousands } from '../../state/status/format.ts';
import type { Fact } from '../../state/status/shown-fields.ts';
import type { StatusModel } from '../../state/status/status-table.ts';
import { showCommand } from './copy-command.ts';
import { copyOf, element, fillRows, setText, show } from './dom.ts';
import {
  chanceFacts,
  chanceFigure,
  gatewayFacts,
  impliedText,
  jobFacts,
  lastEnds,
  machineFacts,
  minerFacts,
  moodOf,
  placeText,
  poolRows,
  processRows,
  reasonText,
  sharesFacts,
  sinceText,
  stateWord,
  threadRows,
} from './page-words.ts';

const factRow = copyOf('fact-row');
const healthRow = copyOf('health-row');
const processRow = copyOf('process-row');
const poolRow = copyOf('pool-row');
const threadRow = copyOf('thread-row');

export function showStatus(status: StatusModel): void {
  showHero(status);
  showHealth(status);
  showShares(status);
  showPools(status);
  fillRows(element('thread-list'), threadRows(status), threadRow);
  show('threads', status.threads.length > 0);
  setText('job-height', status.job?.height == null ? '–' : thousands(status.job.height));
  setText('chance-shares', chanceFigure(status));
  showFacts('shares-facts', sharesFacts(status));
  showFacts('chance-facts', chanceFacts(status));
  showFacts('job-facts', jobFacts(status));
  showFacts('gateway-facts', gatewayFacts(status));
  showFacts('miner-facts', minerFacts(status));
  showFacts('machine-facts', machineFacts(status));
  fillRows(element('process-rows'), processRows(status), processRow);
  showFacts('process-ends', lastEnds(status));
  setText('name', status.instance === null ? 'pearlctl' : `pearlctl-${status.instance}`);
  setText('place', placeText(status));
  setText('version', `pearlctl ${status.version ?? ''}`);
}

function showHero(status: StatusModel): void {
  const main = element('main');
  main.dataset.mood = moodOf(status);
  main.dataset.state = status.state;
  setText('state', stateWord(status.state));
  const reason = reasonText(status);
  setText('reason', reason ?? '');
  show('reason', reason !== null);
  setText('since', sinceText(status));
  showCommand(element('state-command'), status.stateCommand);
  showRates(status.rate);
  setText('rate-implied', impliedText(status));
}

function showRates(rate: StatusModel['rate']): void {
  const { figures, unit } = scaleRates(rate === null ? [] : [rate.macsPerSecond10s]);
  setText('rate-now', figures[0] ?? '–');
  setText('rate-unit', figures.length === 0 ? '' : unit);
  setText('rate-minute', rate === null ? '–' : formatRate(rate.macsPerSecond60s));
  setText('rate-quarter', rate === null ? '–' : formatRate(rate.macsPerSecond15m));
}

function showHealth({ health }: StatusModel): void {
  // A fix that is one command stands there once, beside its button.
  const rows = health.map(({ text, fix, command }) => [text, command?.join(' ') === fix ? '' : fix]);
  fillRows(element('health-list'), rows, healthRow);
  health.forEach(({ command }, index) => {
    showCommand(element('health-list').children[index]?.querySelector('.command') ?? null, command);
  });
  show('health', rows.length > 0);
}

function showPools(status: StatusModel): void {
  const rows = poolRows(status);
  fillRows(element('pool-rows'), rows, poolRow);
  status.pools.forEach(({ state, isUsed }, index) => {
    const row = element('pool-rows').children[index];
    if (!(row instanceof HTMLElement)) return;
    row.dataset.state = state;
    row.dataset.used = String(isUsed);
  });
  show('pools', rows.length > 0);
}

/** The accepted, the stale and the rest as parts of one bar; the figures beside it say the same. */
function showShares({ shares }: StatusModel): void {
  setText('shares-accepted', shares === null ? '–' : thousands(shares.accepted));
  const bar = element('shares-bar');
  const { accepted = 0, stale = 0, rejected = 0, unknown = 0 } = shares ?? {};
  for (const [name, count] of Object.entries({ accepted, stale, rejected, unknown })) {
    const part = bar.querySelector<HTMLElement>(`[data-part=${name}]`);
    if (part === null) continue;
    part.hidden = count === 0;
    part.style.flexGrow = String(count);
  }
}

function showFacts(id: string, facts: readonly Fact[]): void {
  fillRows(element(id), facts, factRow);
}
