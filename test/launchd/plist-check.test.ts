import t from 'tap';
import { checkPlist } from './plist-check.ts';

const wrap = (body: string) =>
  `<plist version="1.0"><dict><key>Label</key><string>a</string><key>ProgramArguments</key><array><string>/a</string></array>${body}</dict></plist>`;

t.test('a minimal job passes', async (t) => {
  t.same(checkPlist(wrap('')), []);
});

t.test('what other checkers let through is found', async (t) => {
  for (const [title, body, problem] of [
    ['a raw ampersand', '<key>UserName</key><string>a & b</string>', 'unknown entity &'],
    ['a number that is none', '<key>ExitTimeOut</key><integer>abc</integer>', '<integer> holds "abc"'],
    ['a key twice', '<key>Label</key><string>b</string>', 'Label is there twice'],
    ['an unknown tag', '<key>UserName</key><text>b</text>', '<text> is no element of a property list'],
    ['an unknown key', '<key>Nice2</key><integer>1</integer>', 'Nice2 is not a key of launchd.plist(5)'],
    ['a wrong type', '<key>RunAtLoad</key><string>yes</string>', 'RunAtLoad is not a boolean'],
    [
      'an unknown value',
      '<key>ProcessType</key><string>Fast</string>',
      'ProcessType has a value that launchd does not know',
    ],
    [
      'an unknown inner key',
      '<key>KeepAlive</key><dict><key>Oops</key><true/></dict>',
      'KeepAlive.Oops is not a key of launchd.plist(5)',
    ],
    ['text between elements', 'stray', '<dict> holds the text "stray"'],
    ['a key that ours must never have', '<key>LaunchOnlyOnce</key><true/>', 'LaunchOnlyOnce must not be there'],
  ] as const) {
    t.ok(checkPlist(wrap(body)).includes(problem), `${title}: ${checkPlist(wrap(body)).join('; ')}`);
  }
  t.same(checkPlist('<plist><dict>'), ['<dict> is not closed']);
  t.same(checkPlist('<plist><dict></array></plist>'), ['</array> closes <dict>']);
});
