// The common shape of everything that keeps a migration from being read: an error at a place.
import type { Diagnostic, Position } from '../model.js'

/** A diagnostic that stops generation. */
export const problem = (at: Position, code: string, message: string, fix: string): Diagnostic => ({
  file: at.file,
  line: at.line,
  column: at.column,
  code,
  severity: 'error',
  message,
  fix,
})
