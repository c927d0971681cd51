// Homes that macOS keeps services out of, or that are not there when they start, are refused before anything is done.
import t from 'tap';
import { parseConfig } from '../../src/config/configuration.ts';
import { resolvePaths } from '../../src/config/paths.ts';
import { refuseHidden } from '../../src/service/hidden.ts';
import { DEVNET } from '../doctor/stage.ts';

const REFUSED: Record<string, Record<string, string>> = {
  'a home on another volume': { HOME: '/Volumes/Disk/ada' },
  'a folder on another volume': { HOME: '/Users/ada', PEARLCTL_HOME: '/Volumes/Disk/pearlctl' },
  'the desktop': { HOME: '/Users/ada', PEARLCTL_HOME: '/Users/ada/Desktop/pearlctl' },
  documents: { HOME: '/Users/ada', PEARLCTL_HOME: '/Users/ada/Documents/pearlctl' },
  downloads: { HOME: '/Users/ada', PEARLCTL_HOME: '/Users/ada/Downloads/pearlctl' },
  'iCloud Drive': { HOME: '/Users/ada', PEARLCTL_HOME: '/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/p' },
  'the cloud of another maker': { HOME: '/Users/ada', PEARLCTL_HOME: '/Users/ada/Library/CloudStorage/Box/p' },
};
const USUAL: readonly Record<string, string>[] = [
  { HOME: '/Users/ada' },
  { HOME: '/Users/ada', PEARLCTL_HOME: '/Users/ada/pearlctl' },
  { HOME: '/Users/ada', PEARLCTL_HOME: '/Users/ada/Documents of mine' },
];
const config = parseConfig(DEVNET, 'the test');
const refuse = (env: Record<string, string>) => () =>
  refuseHidden('launchd', config, resolvePaths({ scope: 'user', platform: 'darwin', uid: 501, env }));

t.test('homes that a service of macOS may not open', async (t) => {
  for (const [name, env] of Object.entries(REFUSED)) {
    t.throws(refuse(env), { code: 'CONFIG_INVALID', hint: /another folder of your home/ }, name);
  }
  for (const env of USUAL) t.doesNotThrow(refuse(env), JSON.stringify(env));
});
