// Problems with declared changes of tables. One function per code; its doc comment is the code's meaning.
import { problem, withSeverity } from '../diagnostics/problem.js'
import type { Diagnostic, Position } from '../model/diagnostic.js'

/** `alter` names something that the schema before this version does not have. */
export const alterUnknown = (
  at: Position,
  what: string,
  { meant, known }: { readonly meant: string | null; readonly known: readonly string[] },
): Diagnostic =>
  problem('ALTER_UNKNOWN', at, {
    message: `\`alter\` names ${what}, which does not exist before this version.`,
    fix: `${meant === null ? '' : `Did you mean \`${meant}\`? `}${
      known.length > 0 ? `There is ${known.slice(0, 20).join(', ')}.` : 'There is none.'
    } All names in \`alter\` are those from before the step.`,
  })

/** A declared change would lose or break something, or is one that SQLite cannot make. */
export const alterRefused = (at: Position, why: string, fix: string): Diagnostic =>
  problem('ALTER_REFUSED', at, { message: `\`alter\` cannot do this: ${why}.`, fix })

/** `down: 'auto'` with an `alter` that cannot be reversed, because the former values of the rows are not known. */
export const alterDownNotDerived = (at: Position, why: string): Diagnostic =>
  problem('ALTER_DOWN_NOT_DERIVED', at, {
    message: `\`down\` cannot be derived from \`alter\`: ${why}.`,
    fix: 'Write `down` as SQL, or say in `irreversible` why there is none.',
  })

/** A declared change is not expanded to SQL, because the schema before it is not known. */
export const alterNotExpanded = (at: Position, why: string): Diagnostic =>
  problem('ALTER_NOT_EXPANDED', at, {
    message: `\`alter\` is not expanded to SQL, because ${why}.`,
    fix: 'Run `lockstep gen` with replay, which knows the schema before this version, and commit the registry: its SQL is used from then on.',
  })

/** The names in `alter` are not checked, because nothing was replayed and so the schema before this version is not known. */
export const alterUnchecked = (at: Position): Diagnostic =>
  withSeverity(
    'info',
    problem('ALTER_UNCHECKED', at, {
      message:
        'what `alter` names is not checked here: that requires the schema before this version, and nothing was replayed.',
      fix: 'Run `lockstep gen` or `lockstep check`, which replay. Once the registry has its SQL, that is checked here as well.',
    }),
  )
