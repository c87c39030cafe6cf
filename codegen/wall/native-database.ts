// Defines what the wall needs from a client. Types only.

/** Direct access to one database through the client, past the wall. */
export interface NativeDatabase {
  exec(sql: string): unknown
  /** Throws a `RangeError` for more than one statement. */
  prepare(sql: string): unknown
  /** The names of the attached databases. */
  attached(): readonly string[]
  inTransaction(): boolean
  /** The path of its file; '' if there is none. */
  file(): string
}
