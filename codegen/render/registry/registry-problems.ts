// Problems with the inputs of the registry. One function per code; its doc comment is the code's meaning.
import { problem, withSeverity } from '../../diagnostics/problem.js'
import type { Diagnostic, Position } from '../../model/diagnostic.js'

/** The project's tsconfig cannot be read, so the extension of imports was chosen without it. */
export const tsconfigUnreadable = (at: Position, reason: string): Diagnostic =>
  withSeverity(
    'warning',
    problem('TSCONFIG_UNREADABLE', at, {
      message: `${at.file} could not be read completely, so imports in the registry may have the wrong extension: ${reason}`,
      fix: "Fix the file, or set `importExtension: 'js'`, `'ts'` or `'none'` in the configuration.",
    }),
  )
