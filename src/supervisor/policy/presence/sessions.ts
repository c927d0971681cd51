// Whether one of the login sessions of a machine is in use, by what logind knows of them (org.freedesktop.login1(5)). Pure.
import type { DbusValue } from '../bus/dbus-message.ts';
import { DESKTOP_IDLE, DESKTOP_IN_USE, type Sight } from './sight.ts';

export interface LoginSession {
  readonly uid: number;
  readonly class: string;
  readonly type: string;
  readonly state: string;
  /** In front, on its seat. A state of its own, since `state` is `opening` for a moment and changes without a signal. */
  readonly isActive: boolean;
  readonly isLocked: boolean;
  readonly isIdle: boolean;
  /** Wall clock. Of a terminal: its last input. Of a desktop: when it last told; null where it never did. */
  readonly sinceMs: number | null;
}

export function sessionFacts(uid: number, properties: ReadonlyMap<DbusValue, DbusValue>): LoginSession {
  const text = (name: string) => {
    const value = properties.get(name);
    return typeof value === 'string' ? value : '';
  };
  const since = properties.get('IdleSinceHint');
  return {
    uid,
    class: text('Class'),
    type: text('Type'),
    state: text('State'),
    isActive: properties.get('Active') === true,
    isLocked: properties.get('LockedHint') === true,
    isIdle: properties.get('IdleHint') === true,
    sinceMs: typeof since === 'bigint' && since > 0n ? Number(since / 1000n) : null,
  };
}

/** Services, greeters and lock screens have sessions too. */
export function isOfUser({ class: kind, state }: LoginSession): boolean {
  return kind.startsWith('user') && state !== 'closing';
}

export function isDesktop({ type }: LoginSession): boolean {
  return ['x11', 'wayland', 'mir'].includes(type);
}

/**
 * Of all sessions together. A desktop is idle when it says so, or is locked: how soon, it decides by itself. One that never
 * told logind anything counts as in use while it is in front.
 *
 * @param ownDesktop another source tells of the desktop of this user: an uid, or null.
 */
export function judgeSessions(
  sessions: readonly LoginSession[],
  wallMs: number,
  awayAfterMs: number,
  ownDesktop: number | null,
): Sight {
  const sights = sessions.filter(isOfUser).map((session): Sight | null => {
    if (!isDesktop(session)) {
      const isTyped = session.sinceMs !== null && wallMs - session.sinceMs < awayAfterMs;
      return isTyped ? { inUse: true, text: 'a terminal is in use' } : null;
    }
    if (session.uid === ownDesktop) return null;
    if (session.isLocked || session.isIdle) return DESKTOP_IDLE;
    if (session.sinceMs !== null) return DESKTOP_IN_USE;
    if (!session.isActive) return null;
    return { inUse: true, text: 'a desktop is open that does not tell logind when it is idle' };
  });
  return sights.find((sight) => sight?.inUse === true) ?? { inUse: false, text: 'no session is in use' };
}
