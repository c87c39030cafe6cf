// What the wall needs of a client. Types only.

/** The client's own way to one database, past the wall. */
export interface NativeDatabase {
  exec(sql: string): unknown
  /** Throws a `RangeError` for more than one statement. */
  prepare(sql: string): unknown
  /** The names of what is attached to it. */
  attached(): readonly string[]
  inTransaction(): boolean
  /** The file that it lies in; '' where there is none. */
  file(): string
}
