// Words that people bring from other programs: not near any of ours by their letters, but by what is meant.

/** A command of systemctl, of package managers or of another miner, and ours. */
export const OTHER_COMMANDS: Readonly<Record<string, string>> = {
  setup: 'init',
  configure: 'init',
  create: 'init',
  remove: 'uninstall',
  purge: 'uninstall',
  log: 'logs',
  journal: 'logs',
  tail: 'logs',
  up: 'start',
  down: 'stop',
  kill: 'stop',
  continue: 'resume',
  check: 'doctor',
  benchmark: 'bench',
  update: 'upgrade',
  downgrade: 'rollback',
  info: 'status',
  top: 'status',
  ls: 'list',
  ps: 'list',
  instances: 'list',
};

/** What other programs call an action of `config`. */
export const OTHER_ACTIONS: Readonly<Record<string, string>> = {
  check: 'validate',
  test: 'validate',
  list: 'show',
  view: 'show',
  delete: 'unset',
  remove: 'unset',
};

/** A flag of xmrig and its kin, and ours. */
export const OTHER_FLAGS: Readonly<Record<string, string>> = {
  o: 'pool',
  url: 'pool',
  u: 'wallet',
  user: 'wallet',
  address: 'wallet',
  t: 'threads',
  'rig-id': 'worker',
};
