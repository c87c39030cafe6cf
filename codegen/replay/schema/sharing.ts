// A database in which a history is applied together with those that it needs, in one order or another, without rows.
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { perform } from '../../../src/database/outcome.js'
import type { MigrationEvent } from '../../../src/model/events.js'
import { versionId } from '../../../src/model/version.js'
import { environment } from '../../../src/run/environment/environment.js'
import { migrateWork } from '../../../src/run/migrate.js'
import { rollbackWork } from '../../../src/run/roll-back-kept.js'
import { readSchema, type KnownObjects } from '../../../src/schema/read-schema.js'
import type { Schema } from '../../../src/schema/schema.js'
import type { Need } from '../../model/migration.js'
import type { OrderMatters } from '../../model/other-changed.js'
import type { HistoryRun, OneHistory, StepNeeds } from '../sides/history-run.js'
import { changedIn, ownEnd, type OwnEnd } from './own-end.js'

/** What is applied in one database. */
export interface Shared {
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

/** What came of having the others first. */
export interface OthersFirst {
  readonly stop?: OrderMatters[]
  readonly end?: OwnEnd
  readonly lost: readonly OrderMatters[]
  /** What did not fit behind any of its own steps. */
  readonly passing: ReadonlySet<string>
}

/** What came of having them behind it: how it was before these, and in the end. */
export interface OthersAfter {
  readonly found: readonly OrderMatters[]
  readonly alone?: OwnEnd
  readonly end?: OwnEnd
  readonly passing: ReadonlySet<string>
}

/** A database in which several histories are applied, one step at a time. */
export class Sharing {
  readonly #run: HistoryRun
  readonly #handle: Database
  readonly #shared: Shared
  readonly #steps: 'together' | 'apart'
  readonly #reached = new Map<OneHistory, number>()
  /** What the own history has made and not removed itself, and which steps of the others have removed what. */
  readonly #made = new Set<string>()
  readonly #removed = new Map<string, string>()
  readonly #passing = new Set<string>()
  readonly #known: KnownObjects = new Map()
  #isBack = false

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

  /** What stops it, of which nothing is said where it is the others that fail; else what is lost where they are undone again. */
  othersFirst(): OthersFirst {
    const { own, others } = this.#shared
    for (const one of others)
      if (this.#advance(one, one.registry.length))
        return { stop: [], lost: [], passing: this.#passing }
    const stop = this.#advance(own, own.registry.length)
    const passing = this.#passing
    if (!stop) return { end: this.#end(), lost: this.#undone(), passing }
    const { version, message } = stop
    const other = this.#heads()
    return { stop: [{ ...FACT, way: 'newest', version, other, message }], lost: [], passing }
  }

  /** What of its own is otherwise where the others are there first than where they come behind it, and not said already. */
  differing({ end: first, passing }: OthersFirst, after: OthersAfter): OrderMatters[] {
    if (!first || !after.end || !after.alone) return []
    const known = new Set([
      ...after.found.flatMap(({ objects }) => objects),
      ...after.alone.unfit.keys(),
    ])
    const unfit = [...first.unfit].filter(([object]) => !known.has(object))
    const others = changedIn(after.end, first).filter(
      (one) => !known.has(one) && !first.unfit.has(one),
    )
    const mended = [...passing].filter((one) => !first.unfit.has(one) && !after.passing.has(one))
    return [
      ...this.#unfitted(unfit),
      ...(others.length > 0 ? [this.#told('differs', this.#heads(), others)] : []),
      ...(mended.length > 0 ? [this.#told('mended', this.#heads(), mended)] : []),
    ]
  }

  /** Undoes the others, those that need others first, as far as what is applied on top of them lets them. */
  #undone(): OrderMatters[] {
    this.#isBack = true
    for (const one of this.#shared.others.toReversed()) {
      const floor = this.#floor(one)
      while (this.#version(one) > floor) {
        const to = this.#steps === 'apart' ? this.#version(one) - 1 : floor
        const other = this.#nameOf(one, to + 1)
        const message = this.#step(one, to)
        if (message !== null) return [{ ...this.#told('stuck', other), message }]
        if (this.#removed.size > 0) return [this.#told('taken', other, [...this.#removed.keys()])]
      }
    }
    return []
  }

  /** The version below which one of the others cannot be undone: it is needed, or has no way back. */
  #floor(other: OneHistory): number {
    const { own, others } = this.#shared
    const needs = [own, ...others].flatMap((one) =>
      one.needs
        .filter(({ version }) => one === own || version <= this.#version(one))
        .flatMap((step) => step.needs.filter(({ history }) => history === other.name)),
    )
    const last = other.registry.findLast(({ reversible }) => !reversible)?.version ?? 0
    return Math.max(last, ...needs.map(({ version }) => version))
  }

  /** Each of its own steps as soon as what that needs is there, and the rest of the others behind them. */
  othersAfter(): OthersAfter {
    const failed = this.#ownFirst()
    const passing = this.#passing
    if (failed.length > 0) return { found: failed, passing }
    const alone = this.#end()
    for (const one of this.#shared.others) {
      const stop = this.#advance(one, one.registry.length)
      if (stop) return { found: [this.#after(stop)], alone, passing }
    }
    const end = this.#end()
    const there = this.#schema()
    const lost = [...this.#removed].filter(([object]) => !there.has(object))
    const by = new Set(lost.map(([, other]) => other))
    const unfit = [...end.unfit].filter(([object]) => !alone.unfit.has(object))
    const removed = [...by].map((other) => this.#told('removed', other, namesBy(lost, other)))
    return { found: [...removed, ...this.#unfitted(unfit)], alone, end, passing }
  }

  /** Views and triggers that do not compile, and tables of which a key leads nowhere. */
  #unfitted(unfit: readonly (readonly [string, string])[]): OrderMatters[] {
    const dangling = unfit.flatMap(([object, message]) => (message === '' ? [object] : []))
    const broken = unfit.filter(([, message]) => message !== '')
    return [
      ...(dangling.length > 0 ? [this.#told('dangling', this.#heads(), dangling)] : []),
      ...broken.map(([object, message]) => ({
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

  /** Applies versions up to one, or undoes those above it. Answers what has failed. */
  #step(history: OneHistory, version: number): string | null {
    const { table, registry } = history
    const { env } = this.#run
    const before = new Set(this.#schema().keys())
    const onEvent = this.#reporter(history)
    const options = { table, onUnmanaged: 'allow', onEvent, ...(env && { env }) } as const
    const isBack = this.#isBack
    const entries = isBack ? registry : registry.slice(0, version)
    const of = environment(betterSqlite3(this.#handle), entries, options)
    const run = isBack ? rollbackWork : migrateWork
    try {
      perform('sync', run(of, entries, { to: version }))
    } catch (error) {
      return causeOf(error)
    }
    this.#reached.set(history, version)
    this.#note(history, isBack ? version + 1 : version, before)
    if (history === this.#shared.own)
      for (const object of this.#end().unfit.keys()) this.#passing.add(object)
    return null
  }

  /** Where it stands, for who asks when it has not come to its end. */
  #reporter(history: OneHistory): (event: MigrationEvent) => void {
    const at = this.#shared.others.indexOf(history)
    return (event) => {
      if (event.type !== 'step-start') return
      this.#run.report(event.version, event.direction, at < 0 ? undefined : at)
    }
  }

  #note(history: OneHistory, version: number, before: ReadonlySet<string>): void {
    const after = new Set(this.#schema().keys())
    const isOwn = history === this.#shared.own
    for (const object of this.#made) {
      if (after.has(object)) continue
      this.#made.delete(object)
      if (!isOwn) this.#removed.set(object, this.#nameOf(history, version))
    }
    if (isOwn) for (const object of after) if (!before.has(object)) this.#made.add(object)
  }

  #schema(): Schema {
    const exclusions = { ledger: this.#run.table, ignoreTables: [] }
    return perform('sync', readSchema(betterSqlite3(this.#handle), exclusions, this.#known))
  }

  #end = (): OwnEnd => ownEnd(this.#handle, this.#schema(), this.#made)

  #after({ history, version, message }: Stop): OrderMatters {
    return { ...this.#told('after', this.#nameOf(history, version)), message }
  }

  /** The newest versions of all others. */
  #heads = (): string =>
    this.#shared.others.map((one) => this.#nameOf(one, one.registry.length)).join(', ')

  /** Of the newest of its own versions that is applied. */
  #told(way: OrderMatters['way'], other: string, objects: readonly string[] = []): OrderMatters {
    const version = Math.max(this.#version(this.#shared.own), 1)
    return { ...FACT, way, version, other, objects }
  }

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
