// Which form of the login comes next: object, object after a subscription, array (protocol section 10, Login). Pure: the
// plan of one pool is a value, and each attempt stays in it with what came of it.

/** `subscribe-…`: `mining.subscribe` goes first, and its answer is not waited for. */
export type LoginForm = 'object' | 'subscribe-object' | 'array' | 'subscribe-array';

/** Why a form was not taken: refused as a form, refused for want of a subscription, or by a hang-up or silence. */
export type FormFailure = 'another' | 'subscribe' | 'hang-up' | 'silence';

export interface LoginAttempt {
  readonly form: LoginForm;
  readonly outcome: string;
}

export interface LoginPlan {
  /** What the next connection begins with. */
  readonly form: LoginForm;
  /** The form that let us in, which is never left for a hang-up or a silence. */
  readonly worked: LoginForm | null;
  /** Silence is followed by another form once, since it costs a quarter of a minute each time. */
  readonly triedSilence: boolean;
  /** Of the present round, oldest first. */
  readonly attempts: readonly LoginAttempt[];
  /** The round is over: the next attempt begins another. */
  readonly isOver: boolean;
}

export function newPlan(worked: LoginForm | null = null): LoginPlan {
  return { form: worked ?? 'object', worked, triedSilence: false, attempts: [], isOver: false };
}

/** Whether a failure of this kind is worth another form. */
export function mayTryAnother({ worked, form, triedSilence }: LoginPlan, failure: FormFailure): boolean {
  if (nextForm(form, failure) === null) return false;
  if (failure === 'another' || failure === 'subscribe') return true;
  return worked === null && !(failure === 'silence' && triedSilence);
}

function nextForm(form: LoginForm, failure: FormFailure): LoginForm | null {
  if (form === 'object') return failure === 'subscribe' ? 'subscribe-object' : 'array';
  if (form === 'subscribe-object') return 'array';
  return form === 'array' && failure === 'subscribe' ? 'subscribe-array' : null;
}

/** The form was not taken: the plan with the next form, or over where there is none left. */
export function formFailed(plan: LoginPlan, failure: FormFailure, outcome: string): LoginPlan {
  const after = attempted(plan, outcome);
  const next = mayTryAnother(plan, failure) ? nextForm(plan.form, failure) : null;
  return next === null
    ? { ...after, form: plan.worked ?? 'object', isOver: true }
    : { ...after, form: next, triedSilence: plan.triedSilence || failure === 'silence', isOver: false };
}

/** The login was answered, or its connection failed, in a way that no other form can cure. */
export function loginEnded(plan: LoginPlan, outcome: string): LoginPlan {
  return { ...attempted(plan, outcome), form: plan.worked ?? 'object', isOver: true };
}

export function loginAccepted(plan: LoginPlan, form: LoginForm): LoginPlan {
  const after = attempted(plan, 'accepted');
  return { form, worked: form, triedSilence: false, attempts: after.attempts, isOver: true };
}

/** What worked turned out to be worth nothing: no proof sent after it ever got a verdict. */
export function formForgotten(plan: LoginPlan): LoginPlan {
  return { ...newPlan(), attempts: plan.attempts, triedSilence: true, isOver: true };
}

function attempted(plan: LoginPlan, outcome: string): LoginPlan {
  const before = plan.isOver ? [] : plan.attempts;
  return { ...plan, attempts: [...before, { form: plan.form, outcome }] };
}

/** `object: Invalid params; array: accepted`. */
export function attemptsInWords(attempts: readonly LoginAttempt[]): string {
  return attempts
    .map(({ form, outcome }) => `${form.replace('subscribe-', 'subscription and ')}: ${outcome}`)
    .join('; ');
}
