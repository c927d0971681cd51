import t from 'tap';
import { parseInvocation, parseShow } from '../../../src/service/systemd/show-output.ts';

const running = `LoadState=loaded
UnitFileState=enabled
ActiveState=active
SubState=running
Result=success
MainPID=167
ExecMainCode=0
ExecMainStatus=0
NRestarts=2
StateChangeTimestamp=@1795396160
InvocationID=0123456789abcdef0123456789abcdef
`;

t.test('a running unit', async (t) => {
  t.same(parseShow(running), {
    loaded: true,
    enabled: true,
    blocked: false,
    active: 'active',
    pid: 167,
    since: '2026-11-23T01:09:20.000Z',
    lastExit: null,
    restarts: 2,
    failure: null,
  });
  t.equal(parseInvocation(running), '0123456789abcdef0123456789abcdef');
});

t.test('how it ended: by itself, or by a signal', async (t) => {
  const ended = (code: string, status: string) =>
    parseShow(`ActiveState=failed\nResult=exit-code\nExecMainCode=${code}\nExecMainStatus=${status}`);
  t.match(ended('1', '78'), { active: 'failed', failure: 'exit-code', lastExit: { code: 78, signal: null } });
  t.match(ended('2', '9'), { lastExit: { code: null, signal: 'SIGKILL' } });
  t.match(ended('3', '6'), { lastExit: { code: null, signal: 'SIGABRT' } });
});

t.test('a masked unit is blocked, a missing one nothing at all', async (t) => {
  t.match(parseShow('LoadState=masked\nUnitFileState=masked'), { loaded: false, enabled: false, blocked: true });
  t.match(parseShow('LoadState=not-found\nActiveState=inactive\nMainPID=0'), {
    loaded: false,
    active: 'inactive',
    pid: null,
  });
});

t.test('whatever comes, it is a state', async (t) => {
  for (const text of [
    '',
    '=\n==\n',
    'MainPID=-5',
    'MainPID=x',
    'NRestarts=many',
    'StateChangeTimestamp=n/a',
    'ActiveState=odd',
  ]) {
    t.match(parseShow(text), { active: 'inactive', pid: null, restarts: 0, since: null });
  }
  t.equal(parseInvocation('InvocationID='), null);
});
