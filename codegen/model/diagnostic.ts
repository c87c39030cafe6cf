// A finding of the build, and its place. Types only.

/** A place in a file. `file` is relative to the project root, with `/`; `line` and `column` start at 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** `error` stops generation; `warning` and `info` are shown. */
export type Severity = 'error' | 'warning' | 'info'

/** One finding about the migrations folder. Codes are permanent: `AREA_CONDITION`. */
export interface Diagnostic extends Position {
  readonly code: string
  readonly severity: Severity
  /** What it is about, if not the whole step: `users`, `users.email`, `index users_email`. */
  readonly subject?: string
  /** What is wrong, in full sentences; names every file involved. */
  readonly message: string
  /** How to fix it. */
  readonly fix: string
  /** The page with more documentation, as a path in the project; added when findings are shown. */
  readonly page?: string
}
