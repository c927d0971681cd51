// A newcomer who mines for the whole machine: a shell of an ordinary account at a pseudo-terminal, `sudo pearlctl init` twice,
// and `sudo pearlctl run` to the first accepted share. The sudo is real; what it may write (/etc, /var/lib, /run) is a mount
// namespace's own and goes with it.
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { native } from '../../src/native/native.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { person, play } from '../cli/init/play.ts';
import { OTHER_UID, openFolder, openNode, openProgram } from '../fixtures/other-account.ts';
import { DialectPool, readDialects } from '../pool/dialect-pool.ts';

t.setTimeout(300_000);

const ENTER = '\r';
const WALLET = walletFromProgram(Buffer.alloc(32, 2), 'mainnet');
/** A difficulty of 16: 2^36 multiply-accumulates a share, a sixth of an attempt of shape light. */
const TARGET = `000000000fff${'f'.repeat(52)}`;

/** Becomes an account without rights that may use sudo, and that finds the program where npm installs it. */
const ACCOUNT = `set -e
mount -t tmpfs none /mnt
for folder in /etc /var/lib /usr/local/bin; do
  own=/mnt/$(echo $folder | tr / _)
  mkdir -p $own/upper $own/work
  mount -t overlay overlay -o lowerdir=$folder,upperdir=$own/upper,workdir=$own/work $folder
done
mount -t tmpfs none /run
rm -rf /etc/pearlctl /var/lib/pearlctl
echo '#${OTHER_UID} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/newcomer
chmod 440 /etc/sudoers.d/newcomer
printf '#!/bin/sh\\nexec %s %s "$@"\\n' "$1" "$2" >/usr/local/bin/pearlctl
chmod 755 /usr/local/bin/pearlctl
cd /
exec setpriv --reuid=${OTHER_UID} --regid=${OTHER_UID} --clear-groups env -u PEARLCTL_HOME HOME=/nonexistent PS1='ready> ' sh -i
`;

function hindrance(): string | false {
  if (person !== false) return person;
  if (process.getuid?.() !== 0) return 'needs root';
  if (spawnSync('sudo', ['-V']).status !== 0) return 'needs sudo';
  const probe =
    'mount -t tmpfs none /mnt && mkdir /mnt/u /mnt/w && mount -t overlay o -o lowerdir=/etc,upperdir=/mnt/u,workdir=/mnt/w /etc';
  return spawnSync('unshare', ['-m', 'sh', '-c', probe]).status !== 0 && 'needs the right to mount an overlay';
}

const skip = hindrance();

for (const screen of ['80x24', '60x20']) {
  t.test(`from sudo pearlctl init to the first accepted share, in ${screen}`, { skip }, async (t) => {
    const dialect = readDialects().find(({ pool }) => pool === 'herominers');
    if (dialect === undefined) throw new Error('the dialect is there');
    const user = { wallet: WALLET, worker: 'pearlctl' };
    const pool = await DialectPool.start(
      { ...dialect, refused: [] },
      { core: native(), target: TARGET, scale: 1, user },
    );
    t.teardown(() => pool.pool.stop());
    const folder = openFolder(t);
    const account = join(folder, 'account.sh');
    writeFileSync(account, ACCOUNT);
    chmodSync(account, 0o755);
    const program = ['unshare', '-m', 'sh', account, openNode(folder), openProgram(folder)];
    pool.announce();
    const { code, shown } = await play(
      folder,
      [],
      [
        ['ready> ', `pearlctl init --scope system${ENTER}`],
        ['Type: sudo ', ''],
        ['ready> ', `sudo pearlctl init --no-calibrate${ENTER}`],
        ['Which network?', ENTER],
        ['Where do jobs come from?', ENTER],
        ['Which pool?', `${pool.pool.url()}${ENTER}`],
        ['63 characters', WALLET],
        ['✓ valid on mainnet', ENTER],
        ['What is this machine called', ENTER],
        ['How much of the machine?', ENTER],
        ['Write this?', ENTER],
        ['Next: ', ''],
        ['ready> ', `sudo pearlctl init --no-calibrate${ENTER}`],
        ['Which network?', ENTER],
        ['Where do jobs come from?', ENTER],
        ['as now?', ENTER],
        ['Pay prl1p', ENTER],
        ['What is this machine called', ENTER],
        ['How much of the machine?', ENTER],
        ['nothing was changed', ''],
        ['ready> ', `sudo pearlctl config set gateway.port=0 gateway.metrics_port=0${ENTER}`],
        ['+ metrics_port = 0', ''],
        ['ready> ', `sudo stat -c 'file %U %a' /etc/pearlctl/pearlctl.ini; sudo pearlctl run${ENTER}`],
        ['accepted height=', 'q'],
        ['ready> ', `exit${ENTER}`],
      ],
      { PERSON_SCREEN: screen },
      program,
    );
    t.equal(code, 0, shown);
    t.match(shown, /^file root 6\d\d/m, 'the file is the machine’s own');
    t.same(pool.faults, []);
    t.ok(pool.verdicts.includes('accepted'), 'the pool has it in its books too');
  });
}
