// Defines what the wall needs from a client. Types only.

/** The client's own way to one database, past the wall. */
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
