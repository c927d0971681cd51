// Will the service start by itself, and when?
import { fix, pearlctl, sudoPearlctl } from '../../base/fix.ts';
import { describeService } from '../../service/drift.ts';
import { homeMissingAtBoot } from '../../service/home-at-boot.ts';
import type { Look } from '../check.ts';
import { ok, problem, skipped, warning } from '../finding.ts';

export const boot: Look = {
  id: 'boot',
  question: 'Does the service start by itself at boot',
  async run(context) {
    const { service } = context;
    const state = await context.serviceState();
    const described = service === null ? null : await describeService(service);
    if (service === null || state === null || described === null) return skipped('no service is installed');
    if (state.blocked) {
      const word = service.kind === 'systemd' ? 'masked' : 'disabled by an override';
      return problem(`the service is ${word}`, pearlctl('enable'));
    }
    if (!state.enabled) return warning('it does not start by itself', pearlctl('enable'));
    if (described.startsAt === 'boot') {
      const { kind, paths, caller } = service;
      const user = kind === 'systemd' && paths.scope === 'user';
      const missing = user ? homeMissingAtBoot(caller.home, context.machine) : null;
      if (missing === null) return ok('starts at boot');
      return warning(
        `it cannot start before you log in: ${missing}`,
        fix`${sudoPearlctl('install', '--scope', 'system')} (that one needs no home)`,
      );
    }
    if (service.kind === 'launchd') return ok('starts at login');
    return warning('it starts when you log in and stops when you log out', 'loginctl enable-linger');
  },
};
