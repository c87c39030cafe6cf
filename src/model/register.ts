// The interface in which an application declares the native handle and the values that its migrations receive.

/**
 * Augment it to give migrations the client's own type:
 * `declare module 'lockstep' { interface Register { handle: import('better-sqlite3').Database } }`. `env` beside it types
 * `ctx.env` and the option of that name.
 */
export interface Register {}

/** The registered handle, or `Fallback` if none is registered. */
export type RegisteredHandle<Fallback = unknown> = Register extends { handle: infer H }
  ? H
  : Fallback

/** The type of the values passed to migrations, as registered; otherwise any. */
export type RegisteredEnv = Register extends { env: infer E }
  ? E
  : Readonly<Record<string, unknown>>
