// Mirrors: copies of the schema version in places where older programs look for it.

/** What a mirror may ask of the database: the driver, reduced to methods whose results can be returned or awaited. */
export interface MirrorDatabase {
  /** Runs one statement with bound parameters; returns its rows, or a promise of them. */
  query(sql: string, parameters?: readonly (string | number | null)[]): unknown
  /** Runs a script without keeping a prepared statement, for text that differs each time. */
  execute(script: string): unknown
  /** Names the fault of the database behind an error of its client, if it is one. */
  faultOf(error: unknown): string | undefined
}

/**
 * Writes the schema version in one more place. Called with the highest applied version after each step, mark and adoption, inside
 * the same transaction; an error rolls that step back. `yield` waits for a result of the database: `function* (db, version) {
 * yield db.query('UPDATE meta SET version = ?', [version]) }`.
 */
export type Mirror = (
  database: MirrorDatabase,
  version: number,
) => Generator<unknown, void, unknown>

/** The settings table that `mirrorSettings` writes to. */
export interface SettingsMirrorOptions {
  /** Default `settings`. While the table does not exist, nothing is written. */
  readonly table?: string
  /** The column of the keys, default `key`. */
  readonly keyColumn?: string
  /** The column of the values, default `value`. */
  readonly valueColumn?: string
}
