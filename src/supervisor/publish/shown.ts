// What a supervisor has for the site that browsers and scrapers see: where its figures and its status come from.
import type { Paths } from '../../config/paths.ts';
import type { ServiceStatus } from '../../state/table/session-table.ts';
import type { RateSample } from '../../web/site/rate-history.ts';
import type { SiteSources } from '../../web/site/site.ts';
import type { Supervisor } from '../supervisor.ts';
import { liveStatus } from './live-status.ts';
import type { Situation } from './situation.ts';

/** What the site shows; nothing while the supervisor is only being made. */
export function siteSourcesOf(
  supervisor: Supervisor | null,
  paths: Paths,
  service: ServiceStatus | null,
): SiteSources | null {
  if (supervisor === null) return null;
  return {
    metrics: () => supervisor.metrics(),
    status: () => liveStatus(supervisor.situation(), paths, service),
  };
}

export function rateSampleOf({ work: { rate, shares } }: Situation): RateSample {
  return { atMs: Date.now(), ...rate, acceptedShares: shares.accepted };
}
