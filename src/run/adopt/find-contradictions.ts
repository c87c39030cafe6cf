// Collects what the tables of other known tools say against the version to record. Never writes.
import type { Work } from '../../database/outcome.js'
import { isLockstepError } from '../../errors/lockstep-error.js'
import type { AdoptOptions } from '../../model/adoption.js'
import { versionId } from '../../model/version.js'
import { interpretRows } from '../../plan/adopt/foreign-row.js'
import { settleRows } from '../../plan/adopt/log-rows.js'
import { reachOf } from '../../plan/adopt/map-rows.js'
import { recognizedSources, SETTINGS_TABLE, type TableSource } from '../../plan/adopt/source.js'
import { isSameName } from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import { readSource } from './read-source.js'
import { readTables } from './read-tables.js'

/** The version to record, and the table it was read from. */
interface Claimed {
  readonly table: string | null
  readonly version: number
  /**
   * Other versions with the same schema, between which a person had to choose: the number of rows does not contradict that
   * choice.
   */
  readonly alike: readonly number[]
}

/**
 * Each as `goose_db_version says 004`. Tables without rows, or whose rows match no migration, say nothing about these migrations,
 * and neither does `user_version`, which any program may use for itself.
 */
export function* findContradictions<H>(
  env: Environment<H>,
  { table, ...claimed }: Claimed,
  options: AdoptOptions,
): Work<readonly string[]> {
  const said = new Set<string>()
  for (const source of othersIn(yield* readTables(env, options), table)) {
    const otherwise = yield* saysOtherwise(env, source, claimed)
    if (otherwise !== undefined) said.add(`${source.table.name} says ${otherwise}`)
  }
  return [...said]
}

function othersIn(
  tables: readonly TableSource['table'][],
  read: string | null,
): readonly TableSource[] {
  const others = tables.filter(({ name }) => !isSameName(name, read ?? ''))
  const settings = others.filter(({ name }) => isSameName(name, SETTINGS_TABLE))
  return [
    ...recognizedSources(others),
    ...settings.map((table) => ({ kind: 'settings' as const, table })),
  ]
}

/** What a table says about these migrations; undefined if it does not contradict the version. */
function* saysOtherwise<H>(
  env: Environment<H>,
  source: TableSource,
  { version, alike }: Omit<Claimed, 'table'>,
): Work<string | undefined> {
  const { registry } = env
  try {
    const raw = yield* readSource(env, source)
    const { title } = source.kind === 'rows' ? source.layout : {}
    const { rows } = settleRows(raw, { table: source.table.name, title, option: '' })
    const reach = reachOf(registry, interpretRows(rows, source.table.name, registry.length))
    const isLess = reach.version < version && (reach.version === 0 || !reach.isWhole)
    if (reach.by === 'position' && alike.includes(reach.version)) return undefined
    return isLess || reach.version === version ? undefined : versionId(reach.version)
  } catch (error) {
    if (isLockstepError(error) && UNSETTLED.has(error.code))
      return 'that something failed or did not finish'
    if (isLockstepError(error, 'ADOPT_TABLE_UNFIT')) return undefined
    throw error
  }
}

/** The errors for rows that exist but do not say that all of them are applied. */
const UNSETTLED: ReadonlySet<string> = new Set([
  'ADOPT_UNFINISHED',
  'ADOPT_ROWS_DOUBTFUL',
  'ADOPT_ROWS_UNCLEAR',
])
