// Finds the version of another history that changes an outcome, and the statement in it that may be the cause.
import { versionId } from '../../../src/model/version.js'
import { scriptsIn } from '../../../src/plan/scripts.js'
import { plainName } from '../../../src/sql/names.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import type { OrderCause } from '../../model/other-changed.js'
import { mentions } from '../../sql/names-in.js'
import { shortSql } from '../../sql/one-line.js'
import { readStatement } from '../../sql/read-statement.js'
import type { Statement } from '../../sql/statement.js'
import type { OneHistory } from '../sides/history-run.js'

/** How far each of some histories is applied. */
export type Reached = ReadonlyMap<OneHistory, number>

/** Bisects the versions: `isOther` tells whether the outcome has changed with these versions applied first; with all of them, it has. */
export async function firstCause(
  others: readonly OneHistory[],
  isOther: (reached: Reached) => Promise<boolean>,
  about: { readonly message: string; readonly sql?: string },
): Promise<OrderCause> {
  const steps = others.flatMap((one) => one.registry.map(({ version }) => [one, version] as const))
  let [low, high] = [0, steps.length]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (await isOther(new Map(steps.slice(0, middle)))) high = middle
    else low = middle
  }
  const [history, version] = steps[high - 1]!
  const other = `${history.name}:${versionId(version)}`
  return { other, statement: statementOf(history, version, about) }
}

/** The schema change that mentions the missing name, or else changes something that `sql` names, or else the only one; null otherwise. */
function statementOf(
  { registry }: OneHistory,
  version: number,
  { message, sql }: { readonly message: string; readonly sql?: string },
): string | null {
  const changes = (scriptsIn(registry[version - 1]!, 'up') ?? [])
    .flatMap((script) => splitStatements(script))
    .map(({ text }) => ({ text, shape: readStatement(text) }))
    .filter(({ shape }) => shape.kind in SUBJECTS)
  const missing = missingIn(message)
  const ways = [
    ({ text }: Change) => missing !== null && mentions(text, missing),
    ({ shape }: Change) => sql !== undefined && mentions(sql, SUBJECTS[shape.kind]!(shape)),
    () => changes.length === 1,
  ]
  const found = ways.flatMap((isMeant) => changes.filter(isMeant)).at(0)
  return found ? shortSql(found.text) : null
}

interface Change {
  readonly text: string
  readonly shape: Statement
}

const tableOf = (shape: Statement): string => ('table' in shape ? (shape.table?.key ?? '') : '')
const nameOf = (shape: Statement): string => ('name' in shape ? (shape.name?.key ?? '') : '')

/** The object of a schema change, by its kind. */
const SUBJECTS: Readonly<Partial<Record<Statement['kind'], (shape: Statement) => string>>> = {
  'rename-table': tableOf,
  'rename-column': tableOf,
  'add-column': tableOf,
  'drop-column': tableOf,
  'alter-column': tableOf,
  drop: nameOf,
  'create-table': nameOf,
  'create-view': nameOf,
  'create-index': tableOf,
  'create-trigger': tableOf,
}

function missingIn(message: string): string | null {
  const { said } =
    /(?:no such (?:column|table): |refers to )(?<said>.+?)(?:, | - |$)/.exec(message)?.groups ?? {}
  return said === undefined ? null : plainName(said.split('.').at(-1)!)
}
