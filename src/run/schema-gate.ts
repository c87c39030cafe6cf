// The gate for the schema: what a step leaves must match its version, and its views and triggers must compile.
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
  /** What to do about a finding: `warn` (default) reports it in an event, `refuse` fails the step, which is rolled back. */
  readonly onDifference?: 'warn' | 'refuse'
  /** `digests` of the registry file, if they are not an option of the run. */
  readonly digests?: Digests
}

/** What is known about a step that has run. */
interface Passage {
  readonly step: GateStep
  readonly before: SchemaLook
  readonly now: SchemaLook
  /** What the step drops by name; undefined if it ran SQL that could not be observed. */
  readonly removed: ReadonlySet<string> | undefined
  /** Every object that the history creates up to the version of the step. */
  readonly own: ReadonlySet<string> | undefined
  /** What the registry says about the version that the step leads to, if it was generated with replay. */
  readonly history: History | undefined
  /** The versions whose `down` is known to lead to a different schema. */
  readonly leaving: readonly string[]
  /** Differences that this run has already reported. */
  readonly told: Set<string>
  readonly digestOf: ReturnType<typeof digestMemo>
}

/**
 * Makes a gate for the option `gates`. Before each step is committed it compares the objects of the history with the digests of
 * the registry file, and checks that every view and trigger that compiled before still compiles. A registry generated without
 * replay has no digests; the gate then reports objects that vanish in a step without being dropped by name. If digests exist but
 * none were passed, the run fails with `SCHEMA_DIGESTS_MISSING` before its first step. Objects of others never stop a step; if a
 * trigger of theirs starts to block writes, that is reported. The findings are GATE_SCHEMA_DIFFERS, GATE_OBJECT_BROKEN and
 * GATE_OBJECT_LOST; a difference is reported once per run.
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
 * Also refuses a step that does not start from the expected schema: a `down` that is not in the code was written for the schema
 * of its version alone, and would destroy changes that somebody made by hand.
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
 * Refuses a step that destroys objects it cannot know of and that may belong to other histories, whose ledgers are in the
 * database. SQL that cannot be observed, as of code on a driver without `watch`, is taken to drop no objects of others by name:
 * it had no reason to.
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
 * The expected objects after a step. After a `down` nothing that was undone remains, unless the `down` is known to leave it; an
 * object that a pending step finds and is prepared for may belong to others.
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
  // A `down` known to lead elsewhere does not lead back to the earlier schema.
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

/** A difference, followed by what this step did to the object. */
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

/** Objects outside the history: `torn` from a table that was rebuilt, or `gone` with their table, without which they cannot exist. */
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

/** Indexes and triggers disappear with the table or view they belong to. */
const isAlone = (type: string): boolean => type === 'table' || type === 'view'

const hasTable = (schema: Schema, table: string): boolean =>
  schema.has(objectKey('table', table)) || schema.has(objectKey('view', table))

function broken({ step, before, now, history }: Passage, verdict: Verdict): Cause[] {
  const found = newlyBroken({ before, now }).filter(([key]) => !history || history.objects.has(key))
  return found.length > 0 ? [gateObjectBroken(step, verdict, reasonsOf(found))] : []
}

/** A migration cannot know what somebody made by hand: that only ever causes a warning, whatever the gate does otherwise. */
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
