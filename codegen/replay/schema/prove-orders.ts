// Proves that a history comes to the same end in each order in which it may meet the histories that it needs: on their newest
// versions, as in a new installation, and before these, as where it was there already. On tables without rows.
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { perform } from '../../../src/database/outcome.js'
import { versionId } from '../../../src/model/version.js'
import { environment } from '../../../src/run/environment/environment.js'
import { migrateWork } from '../../../src/run/migrate.js'
import { findBroken } from '../../../src/schema/find-broken.js'
import { readSchema, type KnownObjects } from '../../../src/schema/read-schema.js'
import type { Schema } from '../../../src/schema/schema.js'
import { foldCase } from '../../../src/sql/names.js'
import type { Need } from '../../model/migration.js'
import type { OrderMatters } from '../../model/other-changed.js'
import type { HistoryRun, OneHistory, OtherHistories, StepNeeds } from '../sides/history-run.js'

/** Empty where it needs none, and where a step has effects on the world outside. */
export async function proveOrders(run: HistoryRun): Promise<OrderMatters[]> {
  if (!run.others) return []
  const own: OneHistory = {
    name: '',
    table: run.table,
    registry: run.registry,
    needs: run.needs ?? [],
  }
  const others = run.others.all()
  if ([own, ...others].some(({ registry }) => registry.some(({ effects }) => effects))) return []
  const shared = { run, own, others }
  const after = await inDatabase(run.others, (handle) => new Sharing(shared, handle).othersAfter())
  if (after.some(isOwn)) return after
  const fresh = await inDatabase(run.others, (handle) => new Sharing(shared, handle).othersFirst())
  if (fresh) return fresh
  return after.length > 0 ? named(shared) : []
}

/** Of the own history every step is known by itself. */
const isOwn = ({ way }: OrderMatters): boolean => way === 'needed'

/** What was found, once more step by step, to name the versions of the others. */
const named = (shared: Shared): Promise<OrderMatters[]> =>
  inDatabase(shared.run.others!, (handle) => new Sharing(shared, handle, 'apart').othersAfter())

async function inDatabase<T>({ open }: OtherHistories, work: (handle: Database) => T): Promise<T> {
  const handle = await open()
  try {
    return work(handle)
  } finally {
    handle.close()
  }
}

interface Shared {
  readonly run: HistoryRun
  readonly own: OneHistory
  readonly others: readonly OneHistory[]
}

/** What ended it. */
interface Stop {
  readonly history: OneHistory
  readonly version: number
  readonly message: string
}

/** A database in which several histories are applied, one step at a time. */
class Sharing {
  readonly #run: HistoryRun
  readonly #handle: Database
  readonly #shared: Shared
  readonly #steps: 'together' | 'apart'
  readonly #reached = new Map<OneHistory, number>()
  /** What the own history has made and not removed itself, what the others have made, and which of their steps has removed what. */
  readonly #made = new Set<string>()
  readonly #foreign = new Set<string>()
  readonly #removed = new Map<string, string>()
  readonly #known: KnownObjects = new Map()

  /** Steps of others that nothing is between are taken together, unless each is to be known. */
  constructor(shared: Shared, handle: Database, steps: 'together' | 'apart' = 'together') {
    this.#run = shared.run
    this.#handle = handle
    this.#shared = shared
    this.#steps = steps
  }

  /** Each of its steps as soon as what that needs is there. */
  #ownFirst(): OrderMatters[] {
    const { own } = this.#shared
    const stop = this.#advance(own, own.registry.length)
    if (!stop) return []
    if (stop.history !== own) return [this.#after(stop)]
    const other = neededBy(own, stop.version).map(textOf).join(', ')
    return [{ ...FACT, way: 'needed', version: stop.version, other, message: stop.message }]
  }

  /** Null where all goes well; nothing is said where it is the others that fail. */
  othersFirst(): OrderMatters[] | null {
    const { own, others } = this.#shared
    for (const one of others) if (this.#advance(one, one.registry.length)) return []
    const stop = this.#advance(own, own.registry.length)
    if (!stop) return null
    const { version, message } = stop
    return [{ ...FACT, way: 'newest', version, other: this.#heads(), message }]
  }

  /** Each of its own steps as soon as what that needs is there, and the rest of the others behind them. */
  othersAfter(): OrderMatters[] {
    const failed = this.#ownFirst()
    if (failed.length > 0) return failed
    const before = this.#broken()
    for (const one of this.#shared.others) {
      const stop = this.#advance(one, one.registry.length)
      if (stop) return [this.#after(stop)]
    }
    const there = new Set(this.#schema().keys())
    const lost = [...this.#removed].filter(([object]) => !there.has(object))
    const by = new Set(lost.map(([, other]) => other))
    return [
      ...[...by].map((other) => this.#told('removed', other, namesBy(lost, other))),
      ...this.#dangling(there),
      ...[...this.#broken()]
        .filter(([object]) => !before.has(object))
        .map(([object, message]) => ({
          ...this.#told('broken', this.#heads(), [object]),
          message,
        })),
    ]
  }

  /** Applies versions up to one, and before each what that needs. Answers what has failed. */
  #advance(history: OneHistory, to: number): Stop | null {
    if (this.#isAtOnce(history, to)) {
      const message = this.#step(history, to)
      return message === null ? null : { history, version: to, message }
    }
    for (let version = this.#version(history) + 1; version <= to; version++) {
      for (const need of neededBy(history, version)) {
        const other = this.#shared.others.find(({ name }) => name === need.history)
        const stop = other ? this.#advance(other, need.version) : null
        if (stop) return stop
      }
      const message = this.#step(history, version)
      if (message !== null) return { history, version, message }
    }
    return null
  }

  #isAtOnce(history: OneHistory, to: number): boolean {
    const done = this.#version(history)
    const isBetween = ({ version }: StepNeeds): boolean => version > done && version <= to
    const isOther = history !== this.#shared.own && to > done
    return isOther && this.#steps === 'together' && !history.needs.some(isBetween)
  }

  #version = (history: OneHistory): number => this.#reached.get(history) ?? 0

  /** Applies one version. Answers what has failed. */
  #step(history: OneHistory, version: number): string | null {
    const { table, registry } = history
    const { env } = this.#run
    const before = new Set(this.#schema().keys())
    const options = { table, onUnmanaged: 'allow', ...(env && { env }) } as const
    const entries = registry.slice(0, version)
    try {
      const driver = betterSqlite3(this.#handle)
      perform('sync', migrateWork(environment(driver, entries, options), entries, {}))
    } catch (error) {
      return causeOf(error)
    }
    this.#reached.set(history, version)
    this.#note(history, version, before)
    return null
  }

  #note(history: OneHistory, version: number, before: ReadonlySet<string>): void {
    const after = new Set(this.#schema().keys())
    const isOwn = history === this.#shared.own
    for (const object of this.#made) {
      if (after.has(object)) continue
      this.#made.delete(object)
      if (!isOwn) this.#removed.set(object, this.#nameOf(history, version))
    }
    const made = isOwn ? this.#made : this.#foreign
    for (const object of after) if (!before.has(object)) made.add(object)
  }

  #schema(): Schema {
    const exclusions = { ledger: this.#run.table, ignoreTables: [] }
    return perform('sync', readSchema(betterSqlite3(this.#handle), exclusions, this.#known))
  }

  /** Why views and triggers of its own do not compile. */
  #broken(): ReadonlyMap<string, string> {
    const own = [...this.#schema()].filter(
      ([key, { type }]) => this.#made.has(key) && (type === 'view' || type === 'trigger'),
    )
    const found = perform('sync', findBroken(betterSqlite3(this.#handle), new Map(own)))
    return new Map([...found].map(([key, { reason }]) => [key, reason]))
  }

  /** Tables of its own whose foreign keys refer to tables that are gone. */
  #dangling(there: ReadonlySet<string>): OrderMatters[] {
    const keys = this.#handle.prepare<[string], { name: string }>(
      'SELECT DISTINCT "table" AS name FROM unshadowed.pragma_foreign_key_list(?)',
    )
    const tables = [...this.#made].filter((one) => one.startsWith('table '))
    const isGone = (table: string): boolean => !there.has(table) && this.#foreign.has(table)
    const dangling = tables.filter((one) =>
      keys.all(one.slice('table '.length)).some(({ name }) => isGone(`table ${foldCase(name)}`)),
    )
    return dangling.length > 0 ? [this.#told('dangling', this.#heads(), dangling)] : []
  }

  #after({ history, version, message }: Stop): OrderMatters {
    const other = this.#nameOf(history, version)
    return { ...FACT, way: 'after', version: this.#last(), other, message }
  }

  /** The newest versions of all others. */
  #heads = (): string =>
    this.#shared.others.map((one) => this.#nameOf(one, one.registry.length)).join(', ')

  #told(way: OrderMatters['way'], other: string, objects: readonly string[]): OrderMatters {
    return { ...FACT, way, version: this.#last(), other, objects }
  }

  /** The newest of its own versions that is applied. */
  #last = (): number => Math.max(this.#version(this.#shared.own), 1)

  #nameOf = ({ name: history }: OneHistory, version: number): string => textOf({ history, version })
}

const neededBy = ({ needs }: OneHistory, version: number): readonly Need[] =>
  needs.find((one) => one.version === version)?.needs ?? []

const textOf = ({ history, version }: Need): string => `${history}:${versionId(version)}`

const FACT = { kind: 'order-matters', objects: [], message: '' } as const

const namesBy = (lost: readonly (readonly [string, string])[], by: string): string[] =>
  lost.flatMap(([object, other]) => (other === by ? [object] : []))

/** What SQLite said, without what the runtime says about it. */
function causeOf(error: unknown): string {
  const { cause, message } = error as Error
  return cause instanceof Error ? cause.message : message
}
