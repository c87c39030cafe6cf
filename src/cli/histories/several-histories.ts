// Commands that are about all histories of one database where nobody says which one is meant.
import { isLockstepError } from '../../errors/lockstep-error.js'
import { parseNeed } from '../../model/needs.js'
import type { CommandResult, Invocation } from '../command/command.js'
import { explainNeeds } from '../origins/explain-needs.js'
import { explainOrigins } from '../origins/explain-origins.js'
import { DescribedError, describeError } from '../terminal/describe-error.js'
import { loadEachSettings } from '../settings/load-settings.js'
import type { Settings } from '../settings/settings.js'

/** One of the histories, and the call that names it. */
export interface OneOfSeveral {
  readonly name: string
  readonly settings: Settings
  readonly invocation: Invocation
}

/**
 * Does a command for the database that is meant; with `each` for all histories where the configuration has several in one
 * database, none of them called `main`, and no `--name` says which.
 */
export async function oneOrEach(
  invocation: Invocation,
  one: () => Promise<CommandResult>,
  each: (all: readonly OneOfSeveral[]) => Promise<CommandResult>,
): Promise<CommandResult> {
  try {
    return await one()
  } catch (error) {
    const isOpen =
      isLockstepError(error, 'DATABASE_AMBIGUOUS') && invocation.flags.name === undefined
    const all = isOpen ? await loadEachSettings(invocation) : []
    if (!isOneDatabase(all)) throw error
    return each(
      all.map((settings) => {
        const name = settings.name!
        return {
          name,
          settings,
          invocation: { ...invocation, flags: { ...invocation.flags, name } },
        }
      }),
    )
  }
}

/** Whether these are histories of one file, each with a ledger of its own. */
function isOneDatabase(all: readonly Settings[]): boolean {
  const ledgers = new Set(all.map(({ table }) => table))
  const beside = Object.values(all[0]?.histories ?? {}).filter(({ out }) => out !== undefined)
  return all.length > 1 && ledgers.size === all.length && beside.length === all.length
}

/** Does something for one of them. What it throws, and what it says, names the history. */
export async function named<T>(
  { name, invocation }: OneOfSeveral,
  work: (invocation: Invocation) => Promise<T>,
): Promise<T> {
  try {
    return await work(invocation)
  } catch (cause) {
    const known = await explainNeeds(await explainOrigins(cause, invocation), invocation)
    const error = describeError(known)
    const carry = invocation.terminal.carry(invocation.flags)
    const message = `History ${name}: ${carry(error.message)}`
    const facts = { ...error.facts, history: name }
    throw new DescribedError({ ...error, message, fix: carry(error.fix), facts })
  }
}

/** Whether everything that is missing is among the versions that these have, by their ledgers. */
export const isCovered = (
  missing: readonly string[],
  latest: ReadonlyMap<string, number>,
): boolean =>
  missing.every((text) => {
    const need = parseNeed(text)
    return need !== undefined && Number(need.id) <= (latest.get(need.ledger) ?? 0)
  })
