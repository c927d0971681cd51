import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'plist';
import t from 'tap';
import type { ServiceDefinition } from '../../../src/service/definition.ts';
import { renderPlist, renderPlistTemplate } from '../../../src/service/launchd/plist.ts';
import { checkPlist } from '../../launchd/plist-check.ts';
import { macAgent, macDaemon } from '../definitions.ts';
import { golden } from '../golden.ts';

const cases: [string, ServiceDefinition][] = [
  ['agent.plist', macAgent],
  ['agent-headless.plist', { ...macAgent, headless: true }],
  ['daemon.plist', macDaemon],
];

const python = spawnSync('python3', ['-c', 'import plistlib'], { encoding: 'utf8' }).status === 0;

for (const [name, definition] of cases) {
  t.test(`the property list is ${name}, letter by letter`, async (t) => {
    const text = renderPlist(definition);
    t.equal(text, golden(name, text));
  });

  t.test(`${name} has the structure, the keys and the types of a launchd job, each key once`, async (t) => {
    t.same(checkPlist(renderPlist(definition)), []);
  });

  t.test(`Python's plistlib reads ${name} as the same values`, { skip: !python && 'no python3' }, async (t) => {
    const file = join(t.testdir({}), name);
    const text = renderPlist(definition);
    writeFileSync(file, text);
    const script = 'import plistlib,json,sys; print(json.dumps(plistlib.load(open(sys.argv[1],"rb"))))';
    const result = spawnSync('python3', ['-c', script, file], { encoding: 'utf8' });
    t.same(JSON.parse(result.stdout), parse(text), result.stderr);
  });
}

t.test('hostile paths come back as they were and change nothing around them', async (t) => {
  for (const path of [
    '/a & b/<key>',
    '/a</string><key>Disabled</key><true/>',
    '/"q"/\'q\'',
    '/üñí/日本',
    '/a]]>b',
    '/{{label}}',
  ]) {
    const text = renderPlist({ ...macAgent, configFile: path });
    const job = parse(text) as Record<string, unknown>;
    t.same((job.ProgramArguments as string[]).at(-1), path);
    t.same(Object.keys(job), Object.keys(parse(renderPlist(macAgent)) as object));
    t.same(checkPlist(text), []);
  }
});

t.test('control characters are refused', async (t) => {
  t.throws(() => renderPlist({ ...macAgent, configFile: '/a\nb' }), { code: 'INPUT_INVALID' });
  t.throws(() => renderPlist({ ...macAgent, environment: { A: 'b\u0001' } }), { code: 'INPUT_INVALID' });
});

t.test('template and values must name the same placeholders', async (t) => {
  const template = readFileSync(join(import.meta.dirname, '../../../templates/launchd/agent.plist'), 'utf8');
  t.throws(() => renderPlistTemplate(template, {}), { code: 'INTERNAL' });
  t.throws(() => renderPlistTemplate('<plist><dict/></plist>', { a: 'b' }), { code: 'INTERNAL' });
});

t.test('an agent has no UserName, a daemon no session type', async (t) => {
  const agent = parse(renderPlist(macAgent)) as Record<string, unknown>;
  const daemon = parse(renderPlist(macDaemon)) as Record<string, unknown>;
  t.notOk('UserName' in agent);
  t.notOk('LimitLoadToSessionType' in daemon);
  t.equal(daemon.UserName, 'ada');
  t.equal(agent.ExitTimeOut, 13);
});
