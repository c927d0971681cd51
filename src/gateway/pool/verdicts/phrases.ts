// The whole phrases by which pools say why they refuse, as data: public texts, and the same things said in other words. A
// phrase has its subject and its predicate, so that "unknown worker" is never "unknown work", and "for this address" says
// nothing about the address.

/** Why a pool said no. `busy` is a rate limit or a fault of the pool's own servers. */
export type RefusalClass = 'stale' | 'duplicate' | 'low-difficulty' | 'invalid' | 'login' | 'banned' | 'busy' | 'other';

/** In the order in which they are asked: a ban that counts stale shares is a ban. */
export type PhraseTable = readonly (readonly [RefusalClass, readonly RegExp[]])[];

/** Lower case, and one space for whatever is neither letter nor digit: `STALE SHARE!` and `stale_share` are one text. */
export function normalised(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** A few words between subject and predicate that bring in no other subject. */
const FEW = String.raw`(?: (?!(?:job|share|work|worker|proof|block|template|user|account|address|wallet|login)\b)\S+){0,4}`;
const WORK = '(?:job|work|block template|template|task)';
const PERSON =
  '(?:wallet|wallet address|payout address|address|worker|worker name|user|user name|username|account|login|password|credentials|agent|miner|miner agent)';

const phrase = (source: string) => new RegExp(String.raw`\b(?:${source})\b`, 'u');
const phrases = (...sources: string[]) => sources.map(phrase);

const BANNED = phrases(
  'banned',
  'ban (?:for|on|until|expires|ends|lasts|is active)',
  '(?:temporary|temporarily|permanent|permanently|ip) ban',
  '(?:blacklisted|blocklisted)',
  'blocked (?:for|until|due|because|by)',
  `(?:ip|you|client|host|${PERSON})${FEW} (?:is |are |was |been )?blocked`,
  '(?:temporarily|permanently) (?:blocked|suspended)',
  'suspended (?:from|for|until)',
  `(?:ip|you|${PERSON})${FEW} suspended`,
);

/** A threat is no ban. */
export const BAN_THREAT = phrase(
  String.raw`(?:will|may|might|could|would|can|or|before|avoid|risk|else|otherwise)(?: \S+){0,3} (?:be |get |being )?(?:banned|blocked|blacklisted|ban|suspended)|(?:not|never|un) ?banned`,
);

const BUSY = phrases(
  'too many (?:open |pending |concurrent |new )?(?:requests?|connections?|share submissions?|submissions?|submits|shares|logins?|login attempts|attempts|messages|calls|workers|miners)',
  'rate limit(?:ed|ing|s)?',
  'throttl(?:ed|ing|e)',
  'slow down',
  '(?:server|pool|node|daemon|service|backend|database|verifier|upstream) (?:is )?(?:too |currently |temporarily )?(?:busy|overloaded|unavailable|down|offline|restarting|full)',
  'queue (?:is )?full',
  '(?:over capacity|overloaded|at capacity)',
  '(?:no|not a) (?:block )?(?:template|work|job)s? (?:yet|available)',
  '(?:work|job|template|pool|node|daemon) (?:is )?not (?:yet )?(?:ready|available)',
  'temporar(?:y|ily) (?:disabled|unavailable|closed|down|offline)',
  '(?:under|in|for) maintenance',
  'daemon issues?',
  'not enough extranonces',
  'connection (?:refused|reset|timed out)',
  '(?:no route to host|network is unreachable|i o timeout|dial tcp|bad gateway|service unavailable|gateway timeout)',
);

const STALE = phrases(
  '(?<!not )stale',
  `(?:${WORK}|block|share|header)${FEW} (?:not found|unknown|not known|expired|outdated|obsolete|gone|superseded|replaced|(?:is |was |too )+old|(?:does not|doesn t) exist|no longer (?:valid|active|known|current|exists))`,
  `(?:unknown|expired|outdated|obsolete|old|no such|unrecogni[sz]ed)(?: or \\S+)? (?:${WORK}|block)(?! (?:params?|parameters|format))`,
  `(?:invalid|bad|wrong) (?:${WORK})(?: id)?(?! (?:params?|parameters|format|request|data|field|id (?:format|type)|nonce|header))`,
  '(?:outdated|expired|late|old) (?:share|proof|solution|submission)',
  '(?:share|proof|submission) (?:is |was |came |arrived |submitted )*(?:too )?late',
  `(?:from|for|of) (?:a |an |the )?(?:previous|earlier|prior|old|outdated) (?:${WORK}|block|tip|height)`,
  'block (?:was )?already (?:solved|found|mined)',
);

const DUPLICATE = phrases(
  'duplicated?(?! (?:worker|login|user|connection|session|ip|address|account|miner))',
  'already (?:been )?(?:submitted|known|accepted|exists|seen|received|processed|claimed|credited|used)',
  '(?:submitted|seen|received) (?:before|twice)',
  'same (?:share|proof) (?:twice|again)',
);

const LOW = phrases(
  'low diff(?:iculty)?',
  'diff(?:iculty)?(?: (?!network)\\S+){0,4} too (?:low|small)',
  '(?:too low|insufficient|not enough|lower than required) (?:share )?diff(?:iculty)?',
  '(?:above|over|exceeds|higher than|greater than|below|under)(?: the| share| pool| job| required| minimum){0,3} (?:target|bound|threshold|difficulty)',
  'high hash|hash (?:is )?too (?:high|large|big)',
  String.raw`(?:does not|doesn t|did not|didn t|not|fails to) (?:meet|meets|met|reach|satisfy)(?: \S+){0,3} (?:target|difficulty|bound|threshold)`,
  '(?:target|difficulty|bound) (?:is |was )?not (?:met|reached|satisfied)',
  'jackpot',
  '(?:weak|easy) share|share (?:is )?too (?:weak|easy)',
);

const LOGIN = phrases(
  'unauthori[sz]ed|unauthenticated',
  'not (?:yet )?(?:authori[sz]ed|authenticated|logged in|subscribed|registered)',
  '(?:please )?(?:log in|login|authenticate|authori[sz]e|subscribe) first',
  `(?:invalid|unknown|bad|wrong|missing|malformed|unregistered|incorrect|no such|unrecogni[sz]ed|empty|no) (?:pearl |prl |payout |mining |miner )?${PERSON}`,
  `${PERSON}${FEW} (?:is |was |has been )?(?:not found|missing|unknown|invalid|not known|(?:does not|doesn t) exist|required|not allowed|not registered|not valid|refused|denied|disabled|incorrect|wrong|failed|expired)`,
  '(?:login|authentication|authorization|authorisation) (?:failed|failure|error|required|refused|denied|rejected)',
  '(?:access|permission) denied|forbidden',
);

/** A share's or proof's own faults, said of the share as such: a stale or a doubled one may be called so too. */
export const INVALID_SHARE = phrase('(?:invalid|bad) (?:share|submit|submission)');

const INVALID = [
  INVALID_SHARE,
  ...phrases(
    String.raw`(?:invalid|bad|malformed|wrong|incorrect|unsupported|corrupt|corrupted|broken|illegal)(?: \S+)? (?:share|proof|submit|submission|hash|solution|format|encoding|base64|nonce|params?|parameters|request|shape|rank|certificate|signature|matrix|pattern|merkle|data|field)`,
    '(?:failed|fails|unable|could not|cannot|can t)(?: to)? (?:decode|parse|verify|extract|deseriali[sz]e|decompress|read|validate)',
    '(?:verification|validation|decoding|parsing|deseriali[sz]ation|decode|parse) (?:has )?(?:failed|failure|error)',
    'mismatch|(?:does not|doesn t|do not) match',
    'exceeds (?:the )?(?:max|maximum|limit|size|length|\\d+)|(?:proof|share|submission) (?:is )?too (?:large|long|big|short|small)',
    'not (?:a )?(?:valid )?(?:base64|share|proof)|(?:share|proof) (?:is |was )?(?:invalid|incorrect|wrong|malformed|not valid)',
    'no (?:array |object )?params|params? (?:must be|missing|required)|missing (?:params?|parameters?|plain proof|proof|job id|field)',
    '(?:certificate|cert) version(?: \\S+){0,3} (?:not|no longer|un)(?: )?(?:valid|supported|accepted|allowed)',
    'rank(?: \\S+){0,2} (?:not allowed|too (?:low|small|high))',
    'malformed',
  ),
];

/** What any server may add to its reason, and the only words of a server that has no better one. */
const BUSY_WORDS = phrases(
  'try again|retry (?:later|in|after)|please wait|wait (?:for|until|a)',
  'busy|timed? ?out|timeout',
  'internal (?:server )?(?:error|fault|failure)|server (?:error|fault|failure)',
);

export const PHRASES: PhraseTable = [
  ['banned', BANNED],
  ['busy', BUSY],
  ['stale', STALE],
  ['duplicate', DUPLICATE],
  ['low-difficulty', LOW],
  ['login', LOGIN],
  ['invalid', INVALID],
  ['busy', BUSY_WORDS],
];

/** What a pool says of the login's form rather than of the account; `subscribe`: it wants a subscription before. */
const WRONG_FORM = phrases(
  '(?:invalid|bad|unsupported|wrong|malformed) (?:params?|parameters|arguments|request|method|login format)',
  'params? (?:must|should) be|no (?:array |object )?params|(?:expected|need|needs) (?:an )?(?:array|object)',
  '(?:method|command) (?:is )?not (?:supported|found|allowed|known)|(?:unknown|unsupported) (?:rpc )?(?:method|command)',
);
const WANTS_SUBSCRIPTION = phrase(
  'not subscribed|subscribe first|(?:subscription|subscribe) (?:is )?required|must subscribe',
);

/** Which other form of the login a refusal asks for, or null where it is not about the form. */
export function formHint(text: string): 'another' | 'subscribe' | null {
  const plain = normalised(text);
  if (WANTS_SUBSCRIPTION.test(plain)) return 'subscribe';
  return WRONG_FORM.some((pattern) => pattern.test(plain)) ? 'another' : null;
}
