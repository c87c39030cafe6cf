// Warns beside a result that the database does not belong to these migrations, so that the result means little.
import type { Invocation } from '../command/command.js'
import { renderProblem } from './status.js'
import type { ReadableDatabase } from '../database/read-database.js'

/** Problems about the ledger's absence; `status` reports everything else. */
const UNMANAGED: ReadonlySet<string> = new Set(['LEDGER_FOREIGN', 'DATABASE_UNMANAGED'])

/** Prints the problem and its fix on the standard error stream, if there is one. */
export function tellUnmanaged(
  { manager }: Pick<ReadableDatabase, 'manager'>,
  { terminal, flags }: Pick<Invocation, 'terminal' | 'flags'>,
): void {
  const carry = terminal.carry(flags)
  for (const problem of manager.status().problems) {
    if (!UNMANAGED.has(problem.code)) continue
    terminal.say(
      ...renderProblem(
        { ...problem, fix: carry(problem.fix), severity: 'warning' },
        terminal.style,
      ),
    )
  }
}
