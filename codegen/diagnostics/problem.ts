// Creates findings of the build: an error at a place, whose severity may be lowered.
import type { Diagnostic, Position, Severity } from '../model/diagnostic.js'

/** A finding that stops generation. */
export const problem = (
  code: string,
  { file, line, column }: Position,
  { message, fix }: Pick<Diagnostic, 'message' | 'fix'>,
): Diagnostic => ({ code, severity: 'error', message, fix, file, line, column })

/** A finding that keeps a file from being read. `message` continues after the file's name: `In 001_a.ts, …`. */
export const problemIn = (
  code: string,
  at: Position,
  { message, fix }: Pick<Diagnostic, 'message' | 'fix'>,
): Diagnostic => problem(code, at, { message: `In ${at.file}, ${message}`, fix })

/** The same finding with another severity. */
export const withSeverity = (severity: Severity, diagnostic: Diagnostic): Diagnostic => ({
  ...diagnostic,
  severity,
})

/** The first line of a file, for findings about the whole file. */
export const fileStart = (file: string): Position => ({ file, line: 1, column: 1 })
