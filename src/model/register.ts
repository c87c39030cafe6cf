// The place where an application says which native handle its migrations receive.

/**
 * Augment it to give migrations the client's own type:
 * `declare module 'lockstep' { interface Register { handle: import('better-sqlite3').Database } }`.
 */
export interface Register {}

/** The registered handle, or `Fallback` where none is registered. */
export type RegisteredHandle<Fallback = unknown> = Register extends { handle: infer H }
  ? H
  : Fallback
