// Applies a history together with those that it needs to one database, in one order or another, without rows.
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
import { causeOf } from './cause-of.js'
import type { Reached } from './order-culprit.js'
import type { OrderEnd } from './order-ends.js'
import { unsoundIn, type Unsound } from './unsound.js'

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

interface OthersFirst {
  readonly stop?: readonly OrderMatters[]
  readonly end?: OrderEnd
  readonly lost: readonly OrderMatters[]
}

/** A database to which several histories are applied, one step at a time. */
export class Sharing {
  readonly #run: HistoryRun
  readonly #handle: Database
  readonly #shared: Shared
  readonly #steps: 'together' | 'apart'
  readonly #reached = new Map<OneHistory, number>()
  /** What the history itself has made and not removed, what the others have made, and which step of theirs removed which object. */
  readonly #made = new Map<string, number>()
  readonly #foreign = new Set<string>()
  readonly #removed = new Map<string, string>()
  readonly #known: KnownObjects = new Map()
  /** By version, what it has made, or is listed in `doubts`, and did not work right after it. */
  readonly unsoundAt = new Map<number, Unsound>()
  #isBack = false

  /** Consecutive steps of other histories are applied together, unless each of them has to be known. */
  constructor(shared: Shared, handle: Database, steps: 'together' | 'apart' = 'together') {
    this.#run = shared.run
    this.#handle = handle
    this.#shared = shared
    this.#steps = steps
  }

  /** Applies each of its steps as soon as what it needs is there. */
  #ownFirst(): OrderMatters[] {
    const { own } = this.#shared
    for (const { version } of own.registry) {
      const stop = this.#advance(own, version)
      if (stop) return [this.#failed(stop)]
      const made = [...this.#made].flatMap(([object, by]) => (by === version ? [object] : []))
      const unsound = this.#unsoundAmong([...made, ...(this.#run.doubts?.[version] ?? [])])
      if (unsound.size > 0) this.unsoundAt.set(version, unsound)
    }
    return []
  }

  /** Whatever their foreign keys refer to. */
  #unsoundAmong(objects: readonly string[]): Unsound {
    if (objects.length === 0) return new Map()
    return unsoundIn(this.#handle, this.#schema(), { made: new Set(objects), foreign: null })
  }

  /**
   * Applies the history up to one of its versions, with no more than it needs, and then the rest of the others one by one. Returns
   * which of them is the first behind which that version passes and each of these objects works.
   */
  firstWorking(version: number, objects: readonly string[]): ReadonlyMap<string, string> {
    const { own, others } = this.#shared
    const found = new Map<string, string>()
    this.#advance(own, version)
    for (const one of others)
      for (const { version: next } of one.registry.slice(this.#version(one))) {
        if (this.#advance(one, next)) return found
        if (this.#advance(own, version)) continue
        const left = objects.filter((object) => !found.has(object))
        const unsound = this.#unsoundAmong(left)
        const name = this.#nameOf(one, next)
        left.filter((object) => !unsound.has(object)).forEach((object) => found.set(object, name))
      }
    return found
  }

  #failed(stop: Stop): OrderMatters {
    const { own } = this.#shared
    if (stop.history !== own) return this.#after(stop)
    const { version, message } = stop
    return { ...FACT, way: 'needed', version, other: needsText(own, version), message }
  }

  /** Objects that their own version leaves so that they do not work, whatever others do afterwards. */
  get faults(): ReadonlySet<string> {
    return new Set([...this.unsoundAt.values()].flatMap((found) => [...found.keys()]))
  }

  /** `foreign` is what others have made in the order in which their steps are applied one by one. */
  end(foreign: ReadonlySet<string> = this.#foreign): OrderEnd {
    const unsound = this.#unsound(foreign)
    return { schema: this.#schema(), made: new Map(this.#made), unsound, foreign }
  }

  /** Applies others up to some of their versions, then the history itself, then the rest of the others. Returns how it ended. */
  othersUpTo(versions: Reached): 'end' | 'own-failed' | 'other-failed' {
    const { own, others } = this.#shared
    const last = [own, ...others].map((one) => [one, one.registry.length] as const)
    for (const [one, version] of [...versions, ...last]) {
      const stop = this.#advance(one, version)
      if (stop) return stop.history === own ? 'own-failed' : 'other-failed'
    }
    return 'end'
  }

  /** Returns what stops the history, or nothing if the others fail; otherwise the result, and what is lost when the others are undone. */
  othersFirst(foreign?: ReadonlySet<string>): OthersFirst {
    const { own, others } = this.#shared
    for (const one of others)
      if (this.#advance(one, one.registry.length)) return { stop: [], lost: [] }
    const stop = this.#advance(own, own.registry.length)
    if (!stop) return { end: this.end(foreign), lost: this.#undone() }
    const { version, message } = stop
    const other = this.heads()
    return { stop: [{ ...FACT, way: 'newest', version, other, message }], lost: [] }
  }

  /** Undoes the others, dependents first, as far as what is applied on top of them allows. */
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

  /** The lowest version to which another history can be undone: lower ones are needed, or cannot be undone. */
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

  /** Applies each of its own steps as soon as what it needs is there, and then the rest of the others. */
  othersAfter(): OrderMatters[] {
    const failed = this.#ownFirst()
    if (failed.length > 0) return failed
    const { faults } = this
    for (const one of this.#shared.others) {
      const stop = this.#advance(one, one.registry.length)
      if (stop) return [this.#after(stop)]
    }
    const there = this.#schema()
    const lost = [...this.#removed].filter(([object]) => !there.has(object))
    const by = new Set(lost.map(([, other]) => other))
    const unsound = [...this.#unsound()].filter(([object]) => !faults.has(object))
    const dangling = unsound.filter(([object]) => object.startsWith('table '))
    return [
      ...[...by].map((other) => this.#told('removed', other, namesBy(lost, other))),
      ...(dangling.length > 0 ? [this.#told('dangling', this.heads(), dangling.map(first))] : []),
      ...unsound
        .filter((one) => !dangling.includes(one))
        .map(([object, message]) => ({
          ...this.#told('broken', this.heads(), [object]),
          message,
        })),
    ]
  }

  /** Applies versions up to one, each after what it needs. Returns what failed. */
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

  /** Applies versions up to one, or undoes those above it. Returns what failed. */
  #step(history: OneHistory, version: number): string | null {
    const { table, registry } = history
    const { env } = this.#run
    const before = this.#schema()
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
    return null
  }

  /** Reports the current step, in case it never ends. */
  #reporter(history: OneHistory): (event: MigrationEvent) => void {
    const at = this.#shared.others.indexOf(history)
    return (event) => {
      if (event.type !== 'step-start') return
      this.#run.report(event.version, event.direction, at < 0 ? undefined : at)
    }
  }

  #note(history: OneHistory, version: number, before: Schema): void {
    const after = this.#schema()
    const isOwn = history === this.#shared.own
    for (const object of this.#made.keys()) {
      if (after.has(object)) continue
      this.#made.delete(object)
      if (!isOwn) this.#removed.set(object, this.#nameOf(history, version))
    }
    for (const [object, { sql }] of after) {
      const was = before.get(object)
      if (isOwn && (!was || (this.#made.has(object) && was.sql !== sql)))
        this.#made.set(object, version)
      else if (!was) this.#foreign.add(object)
    }
  }

  #schema(): Schema {
    const exclusions = { ledger: this.#run.table, ignoreTables: [] }
    return perform('sync', readSchema(betterSqlite3(this.#handle), exclusions, this.#known))
  }

  #unsound(foreign: ReadonlySet<string> = this.#foreign): Unsound {
    const made = new Set(this.#made.keys())
    return unsoundIn(this.#handle, this.#schema(), { made, foreign })
  }

  #after({ history, version, message }: Stop): OrderMatters {
    return { ...this.#told('after', this.#nameOf(history, version)), message }
  }

  /** The newest versions of all others. */
  heads = (): string =>
    this.#shared.others.map((one) => this.#nameOf(one, one.registry.length)).join(', ')

  /** Attributed to the newest of its own versions that is applied. */
  #told(way: OrderMatters['way'], other: string, objects: readonly string[] = []): OrderMatters {
    const version = Math.max(this.#version(this.#shared.own), 1)
    return { ...FACT, way, version, other, objects }
  }

  #nameOf = ({ name: history }: OneHistory, version: number): string => textOf({ history, version })
}

const neededBy = ({ needs }: OneHistory, version: number): readonly Need[] =>
  needs.find((one) => one.version === version)?.needs ?? []

/** The versions that one needs, `core:001, notes:002`. */
export const needsText = (history: OneHistory, version: number): string =>
  neededBy(history, version).map(textOf).join(', ')

const textOf = ({ history, version }: Need): string => `${history}:${versionId(version)}`

const FACT = { kind: 'order-matters', objects: [], message: '' } as const

const namesBy = (lost: readonly (readonly [string, string])[], by: string): string[] =>
  lost.flatMap(([object, other]) => (other === by ? [object] : []))

const first = ([object]: readonly [string, string]): string => object
