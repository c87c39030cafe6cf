// Says beside an answer that the database is not one of these migrations': what is asked of it then means little.
import type { Invocation } from '../command/command.js'
import { renderProblem } from './status.js'
import type { ReadableDatabase } from '../database/read-database.js'

/** What stands in the way of a ledger; `status` tells of everything else. */
const UNMANAGED: ReadonlySet<string> = new Set(['LEDGER_FOREIGN', 'DATABASE_UNMANAGED'])

/** Prints the problem and what to do on the standard error stream, where there is one. */
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
