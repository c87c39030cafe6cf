// Runs commands for all histories of one database if none is named.
import { isLockstepError } from '../../errors/lockstep-error.js'
import { parseNeed } from '../../model/needs.js'
import { type CommandResult, type Invocation, EXIT } from '../command/command.js'
import { explainNeeds } from '../origins/explain-needs.js'
import { explainOrigins } from '../origins/explain-origins.js'
import { advising } from '../terminal/advising.js'
import { blocks } from '../terminal/style.js'
import { DescribedError, describeError, type ErrorDescription } from '../terminal/describe-error.js'
import { renderFailure } from '../terminal/failure.js'
import { loadEachSettings } from '../settings/load-settings.js'
import type { Settings } from '../settings/settings.js'

/** One of the histories, and the call that names it. */
export interface OneOfSeveral {
  readonly name: string
  readonly settings: Settings
  readonly invocation: Invocation
}

/**
 * Runs a command for the selected database; with `each` for all histories if the configuration has several in one database, none
 * of them is called `main`, and no `--name` selects one. A target belongs to one history.
 */
export async function oneOrEach(
  invocation: Invocation,
  one: () => Promise<CommandResult>,
  each: (all: readonly OneOfSeveral[]) => Promise<CommandResult>,
): Promise<CommandResult> {
  try {
    return await one()
  } catch (error) {
    const { name, to, steps } = invocation.flags
    const isOpen = [name, to, steps].every((flag) => flag === undefined)
    const isAmbiguous = isLockstepError(error, 'DATABASE_AMBIGUOUS')
    const all = isOpen && isAmbiguous ? await loadEachSettings(invocation) : []
    if (!isOneDatabase(all)) throw error
    return each(
      all.map((settings) => {
        const own = { ...invocation.flags, name: settings.name! }
        return { name: settings.name!, settings, invocation: { ...invocation, flags: own } }
      }),
    )
  }
}

/** Whether these are histories of one file, each with its own ledger. */
function isOneDatabase(all: readonly Settings[]): boolean {
  const ledgers = new Set(all.map(({ table }) => table))
  const beside = Object.values(all[0]?.histories ?? {}).filter(({ out }) => out !== undefined)
  return all.length > 1 && ledgers.size === all.length && beside.length === all.length
}

/** Its name for people: the name of its entry in the configuration may differ. */
export const titleOf = ({ name, settings }: Pick<OneOfSeveral, 'name' | 'settings'>): string =>
  settings.history ?? name

/** Runs work for one of them. What it throws and says names the history. */
export async function named<T>(
  one: OneOfSeveral,
  work: (invocation: Invocation) => Promise<T>,
): Promise<T> {
  const { invocation } = one
  try {
    return await work(invocation)
  } catch (cause) {
    const known = await explainNeeds(await explainOrigins(cause, invocation), invocation)
    const error = describeError(known)
    const carry = invocation.terminal.carry(invocation.flags)
    const message = `History ${titleOf(one)}: ${carry(error.message)}`
    const facts = { ...(carriedIn(error.facts ?? {}, carry) as object), history: one.name }
    throw new DescribedError({ ...error, message, fix: carry(error.fix), facts })
  }
}

/** A value for JSON output, with the commands that it suggests for one history. */
const carriedIn = (value: object, carry: (text: string) => string): unknown =>
  JSON.parse(JSON.stringify(value, advising(carry)))

/** The documents of several, by name. */
export const carriedJson = (
  all: readonly (readonly [OneOfSeveral, object])[],
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    all.map(([{ name, invocation }, json]) => [
      name,
      carriedIn(json, invocation.terminal.carry(invocation.flags)),
    ]),
  )

/** Reads each, even if another one cannot be read. Throws if none can. */
export async function lookAtEach<T>(
  all: readonly OneOfSeveral[],
  look: (invocation: Invocation) => Promise<T>,
): Promise<(readonly [OneOfSeveral, T | DescribedError])[]> {
  const found: (readonly [OneOfSeveral, T | DescribedError])[] = []
  for (const one of all) found.push([one, await named(one, look).catch(described)])
  const errors = found.flatMap(([, each]) => (each instanceof DescribedError ? [each] : []))
  if (errors[0] && errors.length === all.length) throw errors[0]
  return found
}

const described = (error: unknown): DescribedError => new DescribedError(describeError(error))

/** The combined results of several, with the worst exit code. Commands are about the one history, except in lines about all. */
export function together(
  all: readonly (readonly [OneOfSeveral, CommandResult | DescribedError])[],
  isOfAll: (line: string) => boolean = () => false,
): CommandResult {
  const results = all.map(([one, each]) => {
    return [one, each instanceof DescribedError ? unseen(each.description) : each] as const
  })
  const codes = new Set(results.map(([, { exitCode }]) => exitCode))
  return {
    exitCode: [EXIT.failed, EXIT.pending].find((code) => codes.has(code)) ?? EXIT.done,
    json: { histories: carriedJson(results.map(([one, { json }]) => [one, json as object])) },
    text: (style) =>
      blocks(
        ...results.map(([{ invocation }, { text }]) => {
          const carry = invocation.terminal.carry(invocation.flags)
          return text(style).map((line) => (isOfAll(line) ? line : carry(line)))
        }),
      ),
  }
}

/** The result for one that cannot be read. */
const unseen = (error: ErrorDescription): CommandResult => ({
  exitCode: EXIT.failed,
  json: { error: { code: error.code, message: error.message, fix: error.fix } },
  text: (style) => renderFailure(error, style, 'brief'),
})

/** Whether everything missing is among the versions that these have, by ledger. */
export const isCovered = (
  missing: readonly string[],
  latest: ReadonlyMap<string, number>,
): boolean =>
  missing.every((text) => {
    const need = parseNeed(text)
    return need !== undefined && Number(need.id) <= (latest.get(need.ledger) ?? 0)
  })
