// The gate for the schema: what a step leaves must be what its version leads to, and must compile.
import { settled, type Work } from '../database/outcome.js'
import { LockstepError, problemOf, type Cause } from '../errors/lockstep-error.js'
import {
  schemaDigestsMissing,
  gateObjectBroken,
  gateObjectLost,
  gateSchemaDiffers,
  type Verdict,
} from '../errors/schema.js'
import type { Gate, GateHost, GateStep, GateWatch } from '../model/gate.js'
import type { Digests, Registry } from '../model/registry.js'
import type { SchemaDifference } from '../model/verification.js'
import { diffSchemas } from '../schema/diff-schema.js'
import { ownedAt } from '../schema/owned-objects.js'
import { objectKey } from '../schema/read-schema.js'
import { removedObjects } from '../schema/removed-objects.js'
import { renderDifferences } from '../schema/render-differences.js'
import { diffDigests, digestMemo, historyUpTo, type History } from '../schema/schema-digest.js'
import { schemaView, type SchemaLook } from '../schema/schema-view.js'
import type { BrokenObject } from '../schema/find-broken.js'
import { hasDigests, withDigests } from '../schema/with-digests.js'
import { writesOf } from '../schema/stopped-writes.js'
import { ledgersIn } from '../schema/not-ours.js'
import type { MasterRow, Schema, SchemaObject } from '../schema/schema.js'
import { isSameName } from '../sql/names.js'
import { looksFirst } from './compare-schema.js'
import { gateWith } from './gate-with.js'
import { leadsElsewhere } from './ledger/kept-downs.js'
import { versionId } from '../model/version.js'

/** How the gate behaves. */
export interface SchemaGateOptions {
  /** What to do about a finding: `warn` (default) tells of it in an event, `refuse` fails the step, which is rolled back. */
  readonly onDifference?: 'warn' | 'refuse'
  /** `digests` of the registry file, where they are not an option of the run. */
  readonly digests?: Digests
}

/** What is known of a step that has run. */
interface Passage {
  readonly step: GateStep
  readonly before: SchemaLook
  readonly now: SchemaLook
  /** What the step drops by name; undefined when it ran text that could not be seen. */
  readonly removed: ReadonlySet<string> | undefined
  /** Every object that the history makes up to the version of the step. */
  readonly own: ReadonlySet<string> | undefined
  /** What the registry says of the version that the step leads to, where it was generated with replay. */
  readonly history: History | undefined
  /** The versions whose `down` is known to lead to another schema. */
  readonly leaving: readonly string[]
  /** Differences that this run has told of already. */
  readonly told: Set<string>
  readonly digestOf: ReturnType<typeof digestMemo>
}

/**
 * Makes a gate for the option `gates`. Before each step is committed it compares the objects that the history makes with
 * the digests of the registry file, and has every view and trigger compiled that compiled before. Those of a registry that
 * was generated without replay are none, which lets it find objects that vanish in a step without being dropped by name;
 * where none were handed over, the run fails with `SCHEMA_DIGESTS_MISSING` before its first step. Objects of others never stop a step; that a
 * trigger of theirs comes to keep rows from being written is told. The findings are GATE_SCHEMA_DIFFERS, GATE_OBJECT_BROKEN
 * and GATE_OBJECT_LOST; a difference is reported once per run.
 */
export const schemaGate = ({ onDifference = 'warn', digests }: SchemaGateOptions = {}): Gate =>
  gateWith((host) => {
    const registry = withDigests(host.registry, digests)
    if (!digests && !host.digests && !hasDigests(registry))
      throw new LockstepError(schemaDigestsMissing())
    const verdict = onDifference === 'warn' ? 'kept' : 'refused'
    return watchSchema({ ...host, registry }, (passage) => {
      report(host, judge(passage, verdict), onDifference)
      const lost = [
        ...lostOfOthers(passage, 'torn', 'kept'),
        ...lostOfOthers(passage, 'gone', 'kept'),
      ]
      report(host, [...brokenOfOthers(passage), ...lost], 'warn')
    })
  })

/**
 * Refuses also what does not begin as it should: a `down` that no code has was written for the schema of its version alone, and
 * takes along what somebody has changed in it by hand.
 */
export const exactSchemaGate: Gate = gateWith((host) => {
  const watch = watchSchema(host, (passage) => {
    const torn = lostOfOthers(passage, 'torn', 'refused')
    report(host, [...judge(passage, 'refused', 'kept'), ...torn], 'refuse')
    report(host, [...brokenOfOthers(passage), ...lostOfOthers(passage, 'gone', 'kept')], 'warn')
  })
  const look = schemaView(host.database, { ledger: host.table, ignoreTables: host.ignoreTables })
  return {
    ...watch,
    *before(step): Work<void> {
      const { schema, ignores } = yield* look()
      const history = historyUpTo(host.registry, step.version, ignores)
      const differences = history ? diffDigests(history, schema, digestMemo()) : []
      const facts = { differences, when: 'before', of: 'kept' } as const
      if (differences.length > 0)
        report(
          host,
          [gateSchemaDiffers(step, 'refused', renderDifferences(differences), facts)],
          'refuse',
        )
      yield* watch.before(step)
    },
  }
})

/**
 * Refuses a step that takes along what it cannot know, where that may be of other histories, whose ledgers the database has. Text
 * that cannot be seen, as of code on a driver that nobody can watch, drops nothing of others by name: it had no reason to.
 */
export const othersGate: Gate = gateWith((host) => {
  const watch = watchSchema(host, (passage) =>
    report(host, lostOfOthers(passage, 'torn', 'refused'), 'refuse'),
  )
  let areOthers = false
  return {
    *before(step) {
      const rows = yield* settled(host.database.query(LEDGERS))
      const ledgers = ledgersIn(rows as unknown as MasterRow[])
      areOthers = ledgers.some((ledger) => !isSameName(ledger, host.table))
      if (areOthers) yield* watch.before(step)
    },
    see(sql) {
      if (areOthers && sql !== null) watch.see(sql)
    },
    *after(step) {
      if (areOthers) yield* watch.after(step)
    },
  }
})

const LEDGERS =
  "SELECT type, name, sql FROM main.sqlite_master WHERE type = 'table' AND instr(sql, 'heartbeat_at') > 0"

function watchSchema(
  { database, registry, table, ignoreTables }: GateHost,
  after: (passage: Passage) => Work<void> | void,
): GateWatch {
  const look = schemaView(database, { ledger: table, ignoreTables })
  const told = new Set<string>()
  const digestOf = digestMemo()
  const leaving = registry.filter(leadsElsewhere).map(({ version }) => versionId(version))
  let before: SchemaLook
  let removed: Set<string> | undefined
  return {
    *before() {
      before = yield* look()
      removed = new Set()
    },
    see(sql) {
      if (sql === null) removed = undefined
      else removedObjects(sql).forEach((object) => removed?.add(object))
    },
    *after(step): Work<void> {
      const now = yield* look()
      const own = historyUpTo(registry, step.version, before.ignores)?.known
      const history = historyAfter(registry, step, now)
      yield* after({ step, before, now, removed, own, history, leaving, told, digestOf }) ?? []
    },
  }
}

/**
 * What there should be after a step. After a `down` nothing is left of what was undone, unless it is known to leave it; what a
 * pending step finds there and is prepared for may be of others.
 */
function historyAfter(
  registry: Registry<never>,
  { version, direction }: GateStep,
  { ignores }: SchemaLook,
): History | undefined {
  if (direction === 'up') return historyUpTo(registry, version, ignores)
  const gone = registry
    .slice(version - 1)
    .filter((entry) => !entry.acknowledged && (entry.version === version || !looksFirst(entry)))
  const left = [...registry.slice(0, version - 1), ...gone]
  return ownedAt(left, version - 1, { ignored: ignores })
}

function report(
  { warn }: GateHost,
  causes: readonly Cause[],
  onDifference: 'warn' | 'refuse',
): void {
  const [first] = causes
  if (first && onDifference === 'refuse') {
    const problems = causes.map((cause) => problemOf(cause, 'error'))
    throw new LockstepError({ ...first, facts: { ...first.facts, problems } })
  }
  for (const cause of causes) warn({ ...cause, severity: 'warning' })
}

const judge = (passage: Passage, verdict: Verdict, of: 'code' | 'kept' = 'code'): Cause[] => [
  ...(passage.history ? differing(passage, verdict, of) : lost(passage, verdict)),
  ...broken(passage, verdict),
]

function differing(
  { step, before, now, history, leaving, told, digestOf }: Passage,
  verdict: Verdict,
  of: 'code' | 'kept',
): Cause[] {
  // Where that leads is not what there was before.
  if (!history || (step.direction === 'down' && leaving.includes(step.id))) return []
  const differences = diffDigests(history, now.schema, digestOf).filter((difference) => {
    const mark = JSON.stringify([difference, now.schema.get(difference.object)?.meaning])
    return !told.has(mark) && told.add(mark)
  })
  if (differences.length === 0) return []
  const changes = diffSchemas(before.schema, now.schema)
  const lines = differences.flatMap((difference) => explain(difference, changes))
  return [gateSchemaDiffers(step, verdict, lines, { differences, changes, leaving, of })]
}

/** A difference, and below it what this step did to the object. */
function explain(difference: SchemaDifference, changes: readonly SchemaDifference[]): string[] {
  const [headline = ''] = renderDifferences([difference])
  const change = changes.find(({ object }) => object === difference.object)
  if (!change) return [`${headline}; this step did not touch it`]
  return [
    headline,
    ...renderDifferences([change])
      .slice(1)
      .map((line) => `${line} (by this step)`),
  ]
}

function lost(passage: Passage, verdict: Verdict): Cause[] {
  const { step, now } = passage
  const names = vanished(passage).flatMap(([key, { type, table }]) =>
    isAlone(type) || hasTable(now.schema, table) ? [key] : [],
  )
  return names.length > 0 ? [gateObjectLost(step, verdict, names)] : []
}

/** What is none of the history's: `torn` from a table that is made anew, or `gone` with its table, without which it is nothing. */
function lostOfOthers(passage: Passage, how: 'torn' | 'gone', verdict: Verdict): Cause[] {
  const { step, now, own } = passage
  const names = vanished(passage).flatMap(([key, { type, table }]) => {
    const isTorn = isAlone(type) || hasTable(now.schema, table)
    return own && !own.has(key) && isTorn === (how === 'torn') ? [key] : []
  })
  return names.length > 0 ? [gateObjectLost(step, verdict, names, 'others')] : []
}

const vanished = ({ before, now, removed }: Passage): [string, SchemaObject][] =>
  removed ? [...before.schema].filter(([key]) => !now.schema.has(key) && !removed.has(key)) : []

/** Indexes and triggers go with what they are on. */
const isAlone = (type: string): boolean => type === 'table' || type === 'view'

const hasTable = (schema: Schema, table: string): boolean =>
  schema.has(objectKey('table', table)) || schema.has(objectKey('view', table))

function broken({ step, before, now, history }: Passage, verdict: Verdict): Cause[] {
  const found = newlyBroken({ before, now }).filter(([key]) => !history || history.objects.has(key))
  return found.length > 0 ? [gateObjectBroken(step, verdict, reasonsOf(found))] : []
}

/** What somebody made by hand is nothing that a migration can know: it is told, whatever the gate does otherwise. */
function brokenOfOthers({ step, before, now, history }: Passage): Cause[] {
  if (!history) return []
  const { objects } = history
  const found = newlyBroken({ before, now }).filter(
    ([key, { stops }]) => !objects.has(key) && writesOf(objects, stops).length > 0,
  )
  return found.length > 0 ? [gateObjectBroken(step, 'kept', reasonsOf(found), 'others')] : []
}

const newlyBroken = ({ before, now }: Pick<Passage, 'before' | 'now'>): [string, BrokenObject][] =>
  [...now.broken].filter(([key]) => !before.broken.has(key))

const reasonsOf = (found: readonly [string, BrokenObject][]): Record<string, string> =>
  Object.fromEntries(found.map(([key, { reason }]) => [key, reason]))
