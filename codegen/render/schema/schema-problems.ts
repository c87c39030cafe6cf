// What can be wrong with what the files about the schema are made from. One function per code; the sentence above it is its meaning.
import { problem, withSeverity } from '../../diagnostics/problem.js'
import type { Diagnostic, Position } from '../../model/diagnostic.js'

/** The configuration gives a type to a column that does not exist, or one that is none. */
export const typeUnused = (at: Position, key: string, reason: string): Diagnostic =>
  withSeverity(
    'warning',
    problem('TYPE_UNUSED', at, {
      message: `In ${at.file}, \`types\` says something of ${key}, but ${reason}.`,
      fix: "Name a column, as in `'users.meta'`, or a declared type, as in `JSON`, and give it a type of TypeScript, as in `unknown` or `import('../src/meta.js').Meta`.",
    }),
  )
