// The common shape of everything that keeps a migration from being read: an error at a place.
import type { Diagnostic, Position } from '../model.js'

/** A diagnostic that stops generation. `message` goes on where the file is named: `In 001_a.ts, …`. */
export const problem = (at: Position, code: string, message: string, fix: string): Diagnostic => ({
  file: at.file,
  line: at.line,
  column: at.column,
  code,
  severity: 'error',
  message: `In ${at.file}, ${message}`,
  fix,
})
