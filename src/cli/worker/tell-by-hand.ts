// Explains the failure of a migration that is caused by objects somebody made by hand.
import { asking } from '../../database/ask.js'
import type { Driver } from '../../database/driver.js'
import { perform, type Work } from '../../database/outcome.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import type { Registry } from '../../model/registry.js'
import { reasonOf } from '../../run/environment/faults.js'
import { hasMissing } from '../../schema/find-broken.js'
import { objectsOfOthers, ownedAt } from '../../schema/owned-objects.js'
import { objectKey } from '../../schema/read-schema.js'
import { diffDigests, historyUpTo, isLeftBy } from '../../schema/schema-digest.js'
import { readOwnSchema } from '../../schema/schema-view.js'
import type { Schema } from '../../schema/schema.js'
import { foldCase, plainName, unquote } from '../../sql/names.js'
import { tokensOf } from '../../sql/split-statements.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { MadeBeside } from '../applied/among-others.js'
import { madeBeside } from '../applied/made-beside.js'
import type { Undoing } from '../applied/undo-applied.js'
import type { RunJob } from './job-context.js'
import { writingTriggers } from './writing-triggers.js'

/** The code that was run, and what was to be undone. */
export interface Ran extends Pick<RunJob, 'registry' | 'settings'> {
  readonly undoing: Undoing | null
}

const TOLD = /^(?:BATCHES_INVALID|MIGRATION_FAILED|FOREIGN_KEY|REBUILD_INVALID)/

/** The error with the objects outside the migrations that cause it; unchanged if there are none to be found. */
export async function tellByHand(
  error: unknown,
  driver: Driver<ClientHandle, 'sync'>,
  ran: Ran,
): Promise<unknown> {
  if (!isLockstepError(error) || !TOLD.test(error.code)) return error
  try {
    const makers = await madeBeside(ran.settings)
    return perform('sync', told(error, driver, { ...ran, makers }))
  } catch {
    // If nothing can be queried any more, the failure stays as it is.
    return error
  }
}

/** Whether it names objects that these migrations do not create; for merely altered ones there may be a better explanation. */
export const blames = (error: unknown): boolean =>
  isLockstepError(error) &&
  ((error.facts['byHand'] ?? []) as readonly string[]).length +
    Object.keys(error.facts['beside'] ?? {}).length >
    0

function* told(
  error: LockstepError,
  driver: Driver<ClientHandle, 'sync'>,
  { registry, settings, undoing, makers }: Ran & { readonly makers: MadeBeside },
): Work<LockstepError> {
  const made = undoing?.made ?? []
  const applied = undoing?.registry ?? registry
  const histories = [registry, applied].map((one) => ownedAt(one, one.length, { made }))
  if (undoing?.isRecorded === false || histories.includes(undefined)) return error
  const known = new Set(histories.flatMap((history) => [...history!.known]))
  const { table: ledger = '_migrations' } = settings.manager
  const { schema } = yield* readOwnSchema(driver, { ledger, ignoreTables: [] })
  const others = new Set(objectsOfOthers({ known }, schema))
  const look = { schema, others, drifted: driftedIn(applied, error, schema) }
  const blamed = yield* blamedFor(error, look, driver)
  const byHand = [...new Set(blamed)].filter((object) => others.has(object))
  const drifted = blamed.filter((object) => look.drifted.has(object))
  if (byHand.length + drifted.length === 0) return error
  return byHand.some((object) => makers.has(object))
    ? madeElsewhere(error, byHand, makers)
    : amended(error, byHand, drifted)
}

function* blamedFor(
  error: LockstepError,
  look: Look,
  driver: Driver<ClientHandle, 'sync'>,
): Work<readonly string[]> {
  const { code, facts } = error
  if (code === 'MIGRATION_FAILED') return yield* inTheWay(error, look, driver)
  if (code === 'REBUILD_INVALID')
    return ['index', 'view'].map((type) => objectKey(type, String(facts[type])))
  if (code === 'BATCHES_INVALID')
    return onlyOf(look, writingTriggers(look.schema, String(facts['table'])))
  return keyed(error)
}

/** Another history of the configuration creates the object in the way: it stays. */
function madeElsewhere(
  error: LockstepError,
  objects: readonly string[],
  makers: MadeBeside,
): LockstepError {
  const parts = LockstepError.partsOf(error)
  const beside = Object.fromEntries([...makers].filter(([object]) => objects.includes(object)))
  const byHand = objects.filter((object) => !makers.has(object))
  const said = Object.entries(beside).map(
    ([object, history]) => `The history ${history} creates ${object}.`,
  )
  const histories = [...new Set(Object.values(beside))].join(', ')
  const fix =
    error.code === 'FOREIGN_KEY_VIOLATED'
      ? `Make this migration leave the rows that ${Object.keys(beside).join(', ')} refers to, or change the rows there first, in a new migration of ${histories}.`
      : `Make this migration leave alone what that depends on, or change it first, in a new migration of ${histories}. Drop none of it by hand.`
  const message = [parts.message, ...said].join(' ')
  return new LockstepError(
    { ...parts, message, fix, facts: { ...error.facts, byHand, beside } },
    error,
  )
}

/** Objects of the migrations that are neither as the last applied one left them nor as a pending one leaves them. */
function driftedIn(
  applied: Registry<never>,
  { report }: LockstepError,
  schema: Schema,
): ReadonlySet<string> {
  const history = report && historyUpTo(applied, report.to)
  const differences = history ? diffDigests(history, schema) : []
  const pending = applied.slice(report?.to)
  const objects = differences.map(({ object }) => object)
  return new Set(objects.filter((object) => !isLeftBy(pending, object, schema)))
}

function amended(
  error: LockstepError,
  byHand: readonly string[],
  drifted: readonly string[],
): LockstepError {
  const parts = LockstepError.partsOf(error)
  const said = [
    ...(byHand.length > 0 ? [`No migration of this registry creates ${byHand.join(', ')}.`] : []),
    ...(drifted.length > 0 ? [`No migration left ${drifted.join(', ')} as it is now.`] : []),
  ]
  return new LockstepError(
    {
      ...parts,
      message: [parts.message, ...said].join(' '),
      fix: fixFor(error, byHand),
      facts: { ...error.facts, byHand, drifted },
    },
    error,
  )
}

function fixFor({ code }: LockstepError, byHand: readonly string[]): string {
  if (code === 'FOREIGN_KEY_VIOLATED')
    return 'Find out what that table is for. Once it is backed up, change or delete those rows by hand, or drop it.'
  if (byHand.length === 0)
    return 'Run `lockstep verify`: it says how it differs, and how to record what is already applied. Otherwise change it by hand back to what the migrations create.'
  const isTable = byHand.some((object) => object.startsWith('table '))
  return isTable
    ? 'Find out what it is for, and change it by hand so that the migration can do its work; drop nothing that is not backed up.'
    : 'Drop it, and recreate it by hand afterwards so that it fits; put what is to stay into a migration.'
}

/** The tables named in the facts of an error about foreign keys. */
function keyed({ facts }: LockstepError): string[] {
  const { increases = [], table, by } = facts as Partial<KeyFacts>
  const names = [...increases.map((one) => one.table), by ?? table]
  return names.flatMap((name) => (name === undefined ? [] : [objectKey('table', name)]))
}

interface KeyFacts {
  readonly increases: readonly { readonly table: string }[]
  readonly table: string
  /** The table that refers to it. */
  readonly by: string
}

/** A schema, and which of its objects are not of the migrations or not as they left them. */
interface Look {
  readonly schema: Schema
  readonly others: ReadonlySet<string>
  readonly drifted: ReadonlySet<string>
}

/** What SQLite names as being in the way, and what must be meant if it names nothing. */
function* inTheWay(
  { cause, facts }: LockstepError,
  look: Look,
  driver: Driver<ClientHandle, 'sync'>,
): Work<readonly string[]> {
  const reason = reasonOf(cause)
  const statement = String(facts['statement'] ?? '')
  const { type, name } = NAMED.map((pattern) => pattern.exec(reason)?.groups).find(Boolean) ?? {}
  if (name !== undefined)
    return (type ? [foldCase(type)] : TYPES).map((one) => objectKey(one, unquote(name)))
  if (reason === 'FOREIGN KEY constraint failed')
    return onlyOf(look, yield* referring(driver, statement))
  const [, table, parts] = /^UNIQUE constraint failed: (.+?)\.(.+)$/.exec(reason) ?? []
  if (table === undefined || parts === undefined) return firing(look, reason, statement)
  const own = objectKey('table', table)
  if (look.others.has(own)) return [own]
  return onlyOf(look, yield* uniqueOver(driver, table, parts.split(`, ${table}.`)))
}

/** None if any of them belongs to the migrations, and may be meant. */
const onlyOf = ({ others }: Look, objects: readonly string[]): readonly string[] =>
  objects.every((object) => others.has(object)) ? objects : []

const TYPES = ['table', 'view', 'index', 'trigger']

/** SQLite errors that name an object. */
const NAMED = [
  /^error in (?<type>table|view|trigger|index) (?<name>.+?)(?: after [a-z ]+)?: /,
  /^(?<type>table|view|index|trigger) (?<name>.+) already exists$/,
  /^there is already (?:an? (?<type>table|view|index)|another table or index) (?:named|with this name:) (?<name>.+)$/,
  /^use DROP (?<type>TABLE|VIEW) to delete (?:table|view) (?<name>.+)$/,
  /^cannot (?:modify|UPSERT) (?<name>.+) because it is a view$/,
  /^UNIQUE constraint failed: (?<type>index) '(?<name>.+)'$/,
  /^NOT NULL constraint failed: (?<name>.+)\.[^.]+$/,
]

/** The unique indexes over these columns; those of the table's own keys have no entry here. */
function* uniqueOver(
  driver: Driver<ClientHandle, 'sync'>,
  table: string,
  columns: readonly string[],
): Work<string[]> {
  const rows = yield* asking(driver)(
    `SELECT i.name AS name, group_concat(x.name, char(10)) AS parts FROM unshadowed.pragma_index_list(?, 'main') i, unshadowed.pragma_index_info(i.name, 'main') x WHERE i."unique" GROUP BY i.name`,
    [table],
  )
  const wanted = columns.map(foldCase).sort().join('\n')
  return rows
    .filter(({ parts }) => foldCase(String(parts)).split('\n').sort().join('\n') === wanted)
    .map(({ name }) => objectKey('index', String(name)))
}

/** The tables with foreign keys that a statement may violate: from or to a table that it names. */
function* referring(driver: Driver<ClientHandle, 'sync'>, statement: string): Work<string[]> {
  const names = new Set(Array.from(tokensOf(statement), ({ text }) => plainName(text)))
  const rows = yield* asking(driver)(
    `SELECT DISTINCT m.name AS name, k."table" AS parent FROM main.sqlite_master m, unshadowed.pragma_foreign_key_list(m.name, 'main') k WHERE m.type = 'table'`,
  )
  return rows
    .filter(
      (row) =>
        names.size === 0 || Object.values(row).some((one) => names.has(foldCase(String(one)))),
    )
    .map(({ name }) => objectKey('table', String(name)))
}

/**
 * The triggers that raise this error, or miss what is missing, if nothing else can be meant: not the statement itself, nor a
 * trigger of the migrations. For a duplicate column, the tables that the statement names.
 */
function firing(look: Look, reason: string, statement: string): readonly string[] {
  if (reason.startsWith('duplicate column name: '))
    return Array.from(tokensOf(statement), ({ text }) => objectKey('table', unquote(text)))
  const isMissing = /^no such (?:table|column|function): /.test(reason)
  const says = (sql: string): boolean =>
    isMissing
      ? hasMissing(sql, reason)
      : Array.from(tokensOf(sql)).some(
          ({ text }) => text.startsWith("'") && reasonOf(unquote(text)) === reason,
        )
  if (isMissing && (statement === '' ? !reason.includes(': main.') : says(statement))) return []
  const found = [...look.schema].filter(([, { type, sql }]) => type === 'trigger' && says(sql))
  return onlyOf(
    look,
    found.map(([key]) => key),
  )
}
