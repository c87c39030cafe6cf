// Problems with the `types` of the configuration. One function per code; its doc comment is the code's meaning.
import { problem, withSeverity } from '../../diagnostics/problem.js'
import type { Diagnostic, Position } from '../../model/diagnostic.js'

/** The configuration gives a type to a column that does not exist, or to something that is not a column. */
export const typeUnused = (at: Position, key: string, reason: string): Diagnostic =>
  withSeverity(
    'warning',
    problem('TYPE_UNUSED', at, {
      message: `In ${at.file}, \`types\` has an entry for ${key}, but ${reason}.`,
      fix: "Name a column, as in `'users.meta'`, or a declared type, as in `JSON`, and give it a TypeScript type, as in `unknown` or `import('../src/meta.js').Meta`.",
    }),
  )
