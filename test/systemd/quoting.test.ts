// Whether systemd reads back what `quote.ts` writes: hostile words go through a real unit, and the program that it starts
// reports what it got.
import t from 'tap';
import { renderUnit } from '../../src/service/systemd/unit.ts';
import { linuxSystem } from '../service/definitions.ts';
import { Box, whyNoBox } from './box.ts';

const skip = whyNoBox();
// Boots, stops and restarts are waited for in earnest, and other tests run beside these.
t.setTimeout(400_000);

/** Each alone is enough to break a careless quoter. */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are systemd's variables.
const WORDS = [
  'a b',
  '"q"',
  "it's",
  '50%',
  '%h %n %%',
  '$HOME',
  '${HOME}',
  '$$',
  'a;b',
  ';',
  'back\\slash\\',
  '\\x41\\n',
  '~',
  '*',
  'grüß 日本',
  '-x',
  '#',
  '@:+!',
  '&|<>',
  'a=b',
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.

t.test('hostile paths and values reach the program as they are', { skip, timeout: 200_000 }, async (t) => {
  const box = await Box.create();
  t.teardown(() => box.down());
  await box.boot();
  const report = `
    import { writeFileSync } from 'node:fs';
    writeFileSync(process.env.REPORT, JSON.stringify({ argv: process.argv.slice(2), value: process.env.VALUE ?? null, argv0: process.argv0 }));
    writeFileSync(process.env.WRITABLE + '/written', '');
  `;
  for (const word of WORDS) {
    const folder = `/srv/x ${word} y`;
    // systemd takes no executable with such characters, nor does Node load a module; everything else may have them.
    const place = /["'\\]/.test(word) ? '/srv/plain' : folder;
    if (place !== folder) {
      t.throws(() => renderUnit({ ...linuxSystem, executable: `${folder}/pearlctl` }), { code: 'INPUT_INVALID' });
    }
    await box.run(['mkdir', '-p', place]);
    const state = `${folder}/state`;
    await box.run(['mkdir', '-p', state]);
    await box.run(['ln', '-sf', '/usr/bin/node', `${place}/pearlctl`]);
    await box.run(['tee', `${place}/report.mjs`], { input: report });
    const unit = renderUnit({
      ...linuxSystem,
      executable: `${place}/pearlctl`,
      script: `${place}/report.mjs`,
      configFile: `${folder}/${word}`,
      account: { user: 'root', group: 'root' },
      writableFolders: [state],
      portableHome: '/srv',
      environment: { VALUE: word, REPORT: `${state}/report`, WRITABLE: state },
    });
    await box.run(['tee', '/etc/systemd/system/pearlctl.service'], { input: unit });
    await box.run(['systemctl', 'daemon-reload']);
    // It ends without saying READY, which is a failure to systemd; what it reported is what counts.
    await box.exec(['systemctl', 'start', 'pearlctl']);
    const said = await box.exec(['cat', `${state}/report`]);
    const journal =
      said.exitCode === 0 ? '' : (await box.exec(['journalctl', '-u', 'pearlctl', '-n', '5', '-o', 'cat'])).stdout;
    t.equal(said.exitCode, 0, `${word}: ${journal}`);
    t.same(JSON.parse(said.stdout || '{}'), {
      argv: ['supervise', '--scope', 'system', '--config', `${folder}/${word}`],
      value: word,
      argv0: `${place}/pearlctl`,
    });
    t.equal((await box.exec(['test', '-e', `${state}/written`])).exitCode, 0, `${word}: ReadWritePaths= is understood`);
    await box.run(['systemctl', 'stop', 'pearlctl']);
    await box.exec(['systemctl', 'reset-failed', 'pearlctl']);
  }
});
