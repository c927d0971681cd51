// What a supervisor has for the site that browsers and scrapers see: where its figures, its status and its past come from.
import type { Paths } from '../../config/paths.ts';
import type { KeptHistory } from '../../state/history/history-document.ts';
import type { ServiceStatus } from '../../state/table/session-table.ts';
import type { SiteSources } from '../../web/site/site.ts';
import type { Supervisor } from '../supervisor.ts';
import { liveStatus } from './live-status.ts';

/** What the site shows; nothing while the supervisor is only being made. */
export function siteSourcesOf(
  supervisor: Supervisor | null,
  history: KeptHistory,
  paths: Paths,
  service: ServiceStatus | null,
): SiteSources | null {
  if (supervisor === null) return null;
  return {
    metrics: () => supervisor.metrics(),
    status: () => liveStatus(supervisor.situation(), paths, service),
    history,
  };
}
