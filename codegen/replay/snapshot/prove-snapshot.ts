// Records what a history leads to on an empty database, if every new database would get the same, and creates a database from that record
// to check that nothing is missing.
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { perform } from '../../../src/database/outcome.js'
import type { Registry } from '../../../src/model/registry.js'
import { sideOf } from '../../../src/plan/scripts.js'
import { foldCase } from '../../../src/sql/names.js'
import { environment } from '../../../src/run/environment/environment.js'
import { migrateWork } from '../../../src/run/migrate.js'
import { snapshotOf } from '../../../src/run/snapshot.js'
import type { SnapshotContent } from '../../../src/model/snapshot.js'
import type { SnapshotProof } from '../../model/snapshot-proof.js'
import type { HistoryRun } from '../sides/history-run.js'
import { differing, insertsOf, isOf, type Differing } from './differing.js'
import { inZone, moveFunctions, WORLDS, type World } from './other-world.js'
import { readContent, type Content } from './read-content.js'

/** Returns why, and for which version, there can be no snapshot. Rejects only on defects. */
export async function proveSnapshot(run: HistoryRun): Promise<SnapshotProof> {
  const obstacle = obstacleIn(run)
  if (obstacle) return obstacle
  let found = await proveUpTo(run, run.registry.length)
  // Finds the first version for which that is so, which is the one to look at.
  for (let low = 1, high = run.registry.length; 'withheld' in found && low < high;) {
    const middle = (low + high) >> 1
    const one = await proveUpTo(run, middle)
    if ('withheld' in one) {
      found = one
      high = middle
    } else low = middle + 1
  }
  return found
}

/** What keeps a snapshot from replacing the steps, whatever they lead to. */
function obstacleIn({ registry, env, others }: HistoryRun): SnapshotProof | null {
  const version = registry.at(-1)?.version ?? 0
  const code = env && registry.find((one) => !('scripts' in (sideOf(one, 'up') ?? {})))
  if (code)
    return {
      withheld: 'the configuration has `env`, on which its code may depend',
      version: code.version,
    }
  if (others) return { withheld: 'the history needs another one', version }
  const aside = registry.find((one) => one.effects !== undefined || one.transaction === false)
  if (!aside) return null
  const { effects, ...step } = aside
  const withheld =
    effects === undefined
      ? 'it runs outside a transaction'
      : 'it has `effects` outside the database, which would not happen'
  return { withheld, version: step.version }
}

async function proveUpTo(run: HistoryRun, count: number): Promise<SnapshotProof> {
  const registry = run.registry.slice(0, count)
  const { version, lineage } = registry.at(-1)!
  const withheld = (reason: string): SnapshotProof => ({ withheld: reason, version })
  const contents: Content[] = []
  for (const world of WORLDS) {
    const content = await contentIn(world, run, registry)
    if (typeof content === 'string') return withheld(content)
    contents.push(content)
  }
  const [content, lucky, ...others] = contents as [Content, Content, ...Content[]]
  if (content.statistics !== undefined)
    return withheld(`ANALYZE fills ${content.statistics}, which cannot be written as it is`)
  const [drawn] = differing(content, lucky)
  if (drawn) return withheld(dependsOn(drawn, 'with other random numbers'))
  const given = others.flatMap((other) => differing(content, other))
  const unsteady = given.find(({ hasDefault }) => !hasDefault)
  if (unsteady) return withheld(dependsOn(unsteady, ELSEWHERE))
  const { statistics: _, rows, ...schema } = content
  const made = { version, ...schema, rows: insertsOf(rows, given) }
  for (const [at, world] of WORLDS.entries()) {
    const found = await contentIn(world, run, registry, { ...made, lineage })
    const reason = typeof found === 'string' ? found : missingIn(found, contents[at]!, given)
    if (reason !== null) return withheld(reason)
  }
  return { content: made }
}

const ELSEWHERE = 'at another time or in another time zone'

const dependsOn = ({ table, column }: Pick<Differing, 'table' | 'column'>, where: string): string =>
  `${column === null ? `the rows of ${table}` : `values of ${table}.${column}`} would be different ${where}`

/** What differs if a snapshot is used; null if nothing does. */
function missingIn(found: Content, wanted: Content, given: readonly Differing[]): string | null {
  const [row] = differing(wanted, found)
  // A default yields a different value if the migrations did not use the default.
  if (row)
    return given.some((one) => isOf(one, row)) ? dependsOn(row, ELSEWHERE) : kept(row, wanted)
  const { rows: _, ...schema } = found
  const { rows: __, ...same } = wanted
  return JSON.stringify(schema) === JSON.stringify(same) ? null : NOT_TAKEN
}

function kept({ table }: Differing, { rows }: Content): string {
  const isShadow = rows.some((one) => one.table === table && one.isShadow)
  return isShadow
    ? `it fills a virtual table, which keeps its rows in ${table} and writes nothing there but by its own INSERT`
    : `the rows of ${table} come out otherwise where they are inserted as they are`
}

const NOT_TAKEN =
  'its schema and rows cannot be written as SQLite keeps them, or `open` of the configuration sets an encoding or a version first'

/** What a history leads to in a world, or why that is unknown. If a snapshot is given, it has to be used. */
async function contentIn(
  world: World,
  run: HistoryRun,
  registry: Registry<Database>,
  snapshot?: SnapshotContent,
): Promise<Content | string> {
  const handle = await run.open()
  const plain = await run.open()
  try {
    if (handle.prepare('SELECT 1 FROM main.sqlite_master').all().length > 0)
      return '`open` of the configuration creates objects of its own'
    const own = ownFunctionIn(handle, registry)
    if (own !== undefined)
      return `it calls \`${own}\`, a function of the application, which may return something else there`
    moveFunctions(handle, plain, world)
    const isUsed = inZone(world, () => migrateThere(run, handle, registry, snapshot))
    return snapshot && !isUsed ? NOT_TAKEN : readContent(handle, run.table)
  } catch (error) {
    return `it fails at another time or with other random numbers: ${String((error as Error)?.message ?? error)}`
  } finally {
    handle.close()
    plain.close()
  }
}

/** A function beyond those of SQLite that migrations call. */
function ownFunctionIn(handle: Database, registry: Registry<Database>): string | undefined {
  const texts = registry.map((entry) => {
    const side = sideOf(entry, 'up')
    return side && 'scripts' in side ? side.scripts.join(';') : String(side?.code)
  })
  const all = foldCase(texts.join(';'))
  const plain = new (handle.constructor as new (file: string) => Database)(':memory:')
  const known = new Set(functionsOf(plain))
  plain.close()
  return functionsOf(handle)
    .filter((name) => !known.has(name))
    .find((name) => /^\w+$/.test(name) && new RegExp(`\\b${foldCase(name)}\\s*\\(`).test(all))
}

const functionsOf = (handle: Database): string[] =>
  handle
    .prepare<[], { readonly name: string }>(
      'SELECT DISTINCT name FROM unshadowed.pragma_function_list WHERE builtin = 0',
    )
    .all()
    .map(({ name }) => name)

/** Returns whether the snapshot was used. */
function migrateThere(
  { table, wall }: HistoryRun,
  handle: Database,
  registry: Registry<Database>,
  content: SnapshotContent | undefined,
): boolean {
  let isUsed = false
  const env = environment(betterSqlite3(handle), registry, {
    table,
    ...(content && {
      snapshot: snapshotOf(content),
      onEvent({ type }) {
        isUsed ||= type === 'snapshot'
      },
    }),
  })
  const work = (): void => void perform('sync', migrateWork(env, registry, {}))
  wall?.release()
  try {
    if (wall) wall.trial.run(work)
    else work()
  } finally {
    wall?.release()
  }
  return isUsed
}
