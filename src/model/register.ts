// The place where an application says which native handle its migrations receive, and which values.

/**
 * Augment it to give migrations the client's own type:
 * `declare module 'lockstep' { interface Register { handle: import('better-sqlite3').Database } }`. `env` beside it types
 * `ctx.env` and the option of that name.
 */
export interface Register {}

/** The registered handle, or `Fallback` where none is registered. */
export type RegisteredHandle<Fallback = unknown> = Register extends { handle: infer H }
  ? H
  : Fallback

/** The values that migrations are given, as registered; else any. */
export type RegisteredEnv = Register extends { env: infer E }
  ? E
  : Readonly<Record<string, unknown>>
