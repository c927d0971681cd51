// Puts a document onto the page: each part of the status into its place. What it says is decided in `page-words.ts`.
import { formatRate, scaleRates } from '../../state/status/format.ts';
import type { Fact } from '../../state/status/shown-fields.ts';
import type { StatusModel } from '../../state/status/status-table.ts';
import { copyOf, element, fillRows, setText, show } from './dom.ts';
import {
  blocksFacts,
  impliedText,
  jobFacts,
  lastEnds,
  minerFacts,
  moodOf,
  placeText,
  processRows,
  reasonText,
  sectionFacts,
  serviceFacts,
  sinceText,
  stateWord,
} from './page-words.ts';

const factRow = copyOf('fact-row');
const healthRow = copyOf('health-row');
const processRow = copyOf('process-row');

export function showStatus(status: StatusModel): void {
  showHero(status);
  showHealth(status);
  showShares(status);
  setText('blocks-accepted', status.blocks === null ? '–' : String(status.blocks.accepted));
  setText('job-height', status.job?.height == null ? '–' : String(status.job.height));
  showFacts('shares-facts', sectionFacts('shares', status));
  showFacts('blocks-facts', blocksFacts(status));
  showFacts('job-facts', jobFacts(status));
  showFacts('gateway-facts', sectionFacts('gateway', status));
  showFacts('miner-facts', minerFacts(status));
  showFacts('service-facts', serviceFacts(status));
  const rows = processRows(status).map((row) => [row.name, row.state, row.pid, row.memory, row.restarts]);
  fillRows(element('process-rows'), rows, processRow);
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
  const rows = health.map(({ text, fix }) => [text, fix]);
  fillRows(element('health-list'), rows, healthRow);
  show('health', rows.length > 0);
}

/** The accepted, the stale and the rest as parts of one bar; the figures beside it say the same. */
function showShares({ shares }: StatusModel): void {
  setText('shares-accepted', shares === null ? '–' : String(shares.accepted));
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
