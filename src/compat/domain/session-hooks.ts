import type { UserId } from './security-monitor.ts';

/** Who is told of logins and of sessions that are over. What it throws changes nothing. */
export interface SessionManager {
  /** A user has been authenticated. */
  recordLogin?(userId: string): unknown;
  /** The session of a user is none. */
  invalidateSession?(userId: string): unknown;
}

/** Tells a session manager of a user, and waits until it is done. */
export async function tell(sessions: SessionManager | undefined, what: keyof SessionManager, userId: UserId): Promise<void> {
  if (!userId) return;
  try {
    await sessions?.[what]?.(userId);
  } catch {
    // Neither the result nor the error of the authentication is the session manager's.
  }
}
