import t from 'tap';
import { choosePin, type NodeFacts } from '../../../src/service/runtime/pin.ts';

const facts: NodeFacts = {
  path: '/usr/bin/node',
  scope: 'user',
  platform: 'linux',
  ownerUid: 0,
  writableByOthers: false,
  runtimeRoot: '/home/ada/.local/share/pearlctl',
  program: '/opt/pearlctl-1.0.0-linux-x64',
};

t.test('a system’s own Node is used where it is', async (t) => {
  for (const path of ['/usr/bin/node', '/usr/local/bin/node', '/opt/node/bin/node', '/nix/store/abc-node/bin/node']) {
    t.same(choosePin({ ...facts, path }), { how: 'in-place', path });
  }
});

t.test('a Node that may be taken away is copied, with the reason', async (t) => {
  for (const [path, reason] of [
    ['/home/ada/.nvm/versions/node/v20.19.0/bin/node', /nvm/],
    ['/home/ada/.local/share/fnm/node-versions/v20/installation/bin/node', /fnm/],
    ['/run/user/1000/fnm_multishells/1/bin/node', /fnm/],
    ['/home/ada/.volta/tools/image/node/20/bin/node', /volta/],
    ['/home/ada/.asdf/installs/nodejs/20/bin/node', /asdf/],
    ['/home/ada/.local/share/mise/installs/node/20/bin/node', /mise/],
    ['/opt/homebrew/Cellar/node/22.1.0/bin/node', /Homebrew/],
    ['/usr/local/n/versions/node/20/bin/node', /n may/],
    ['/snap/node/1/bin/node', /snap/],
    ['/tmp/node/bin/node', /temporary/],
    ['/home/ada/node/bin/node', /not in a folder of the system/],
    ['/home/ada/.local/share/pearlctl/1.0.0/bin/node', /installed pearlctl/],
    ['/opt/pearlctl-1.0.0-linux-x64/bin/node', /came with pearlctl/],
  ] as const) {
    t.match(choosePin({ ...facts, path }), { how: 'copy', path, reason });
  }
});

t.test('a system service takes only a Node that root alone can change', async (t) => {
  const system = { ...facts, scope: 'system' as const };
  t.equal(choosePin(system).how, 'in-place');
  t.match(choosePin({ ...system, ownerUid: 1000 }), { how: 'copy', reason: /root/ });
  t.match(choosePin({ ...system, writableByOthers: true }), { how: 'copy', reason: /others/ });
});

t.test('on macOS it is always copied, since the file’s name is what the system lists', async (t) => {
  t.equal(choosePin({ ...facts, platform: 'darwin' }).how, 'copy');
});
