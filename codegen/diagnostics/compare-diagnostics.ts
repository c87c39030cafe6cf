// The sort order of diagnostics.
import type { Diagnostic } from '../model/diagnostic.js'

/** By file (in code units, the same on every machine), line, column, code. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compareText(a.code, b.code)
  )
}

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)
