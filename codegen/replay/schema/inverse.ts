// Proves that `down` leads back to the schema before `up`, and that `up` works again after it.
import type { Entry } from '../sides/step-side.js'
import { perform } from '../../../src/database/outcome.js'
import type { SchemaDifference } from '../../../src/model/verification.js'
import { rollBack, takeLock } from '../../../src/run/ledger/lock.js'
import { diffSchemas } from '../../../src/schema/diff-schema.js'
import type { Direction, Fact } from '../../model/evidence.js'
import type { Schema } from '../../../src/schema/schema.js'
import { brokenKeysAfter, keyFacts } from '../sides/broken-keys.js'
import { ranBy } from '../sides/ran-by.js'
import { onlyAddsAndRemoves } from '../sides/side-reach.js'
import type { AppliedVersion, Finding, BrokenKeys } from '../sides/schema-transition.js'
import { changesBetween, type CatalogLook } from '../catalog/read-catalog.js'
import { withForeignKeysOf, type ReplayPass } from '../sides/replay-pass.js'
import { inNewProcess } from '../sides/new-process.js'
import { runSide, runSideWithin, type SideFailure } from '../sides/run-side.js'
import { canRebuild, lookAfter, type SchemaPass } from './schema-pass.js'
import { tryUndoing } from './try-undoing.js'
import type { UndoWay } from '../../check/wording/undo-sql.js'
import { stepFailed } from '../sides/step-failed.js'
import { quoteIdentifier } from '../../../src/sql/names.js'
import { scriptsIn } from '../../../src/plan/scripts.js'
import { rowPrint } from '../catalog/row-print.js'

/**
 * Runs `down` and `up` again in one transaction and rolls it back, so that later versions find rows which `down` destroys. It is committed,
 * which is cheaper, only if nothing can have been destroyed. A migration outside transactions spoils the database, so it is tried only if
 * that can be repaired. Consequences of a reported defect are not reported as well.
 */
export function proveInverse(pass: SchemaPass, applied: AppliedVersion): Finding {
  const { entry } = applied
  if (!entry.reversible || entry.effects !== undefined) return { facts: [], spoiled: false }
  if (entry.transaction !== false) return inOneTransaction(pass, applied)
  if (!canRebuild(pass, entry.version)) return { facts: [], spoiled: false }
  const side: StepSide = (direction) =>
    runSide(pass.current.replay, entryOf(pass, entry, direction), direction)
  const { end: _, ...finding } = thereAndBack(pass, applied, side)
  return { ...finding, spoiled: true }
}

function inOneTransaction(pass: SchemaPass, applied: AppliedVersion): Finding {
  const { entry } = applied
  const { replay } = pass.current
  const side: StepSide = (direction) =>
    runSideWithin(replay, entryOf(pass, entry, direction), direction)
  return withForeignKeysOf(replay, entry, () => {
    const isWhole = lossWatch(pass, applied)
    perform('sync', takeLock(replay.env))
    try {
      const { end, ...finding } = thereAndBack(pass, applied, side)
      if (finding.facts.length === 0 && end?.schema === applied.after.schema && isWhole(end.undone))
        keep(replay)
      return finding
    } finally {
      perform('sync', rollBack(replay.env))
    }
  })
}

/** A rollback happens in another process than the one that applied the version. */
const entryOf = ({ run }: SchemaPass, entry: Entry, direction: Direction): Entry =>
  direction === 'down' ? inNewProcess(run, entry, 'down') : entry

/** The ledger's log is the only trace of the rollback. */
function keep({ env }: ReplayPass): void {
  env.driver.execute(`DELETE FROM ${quoteIdentifier(`${env.table}_log`)}`)
  env.driver.execute('COMMIT')
}

type StepSide = (direction: Direction) => SideFailure | null

/** With the schema at the end and the look after `down`, if all went well. */
interface Journey extends Finding {
  readonly end: { readonly schema: Schema; readonly undone: CatalogLook } | null
}

function thereAndBack(pass: SchemaPass, applied: AppliedVersion, side: StepSide): Journey {
  const { run } = pass
  const { entry, before, after, keys } = applied
  const { version } = entry
  run.report(version, 'down')
  const failure = side('down')
  if (failure)
    return {
      facts: [stepFailed(failure, 'empty', after.catalog)],
      spoiled: failure.leftover,
      end: null,
    }
  const ran = ranBy({ pass: pass.current.replay, entry, direction: 'down' })
  const undone = lookAfter(pass, after, { entry, direction: 'down' })
  const differences = diffSchemas(before.schema, undone.schema)
  const now = keysUndone(pass, applied, undone)
  const facts: Fact[] = [
    ...notInverse(version, differences, () => tryUndoing(pass, applied, differences)),
    ...keyFacts({ entry, direction: 'down', pass: pass.current.replay }, keys, now),
  ]
  run.report(version, 'up')
  const again = side('up')
  if (again) facts.push(stepFailed(again, 'again', undone.catalog))
  if (again || differences.some(isReal))
    return { facts, spoiled: again?.leftover ?? false, ran, end: null }
  const { schema } = lookAfter(pass, undone, { entry, direction: 'up' })
  facts.push(...notRepeatable(version, diffSchemas(after.schema, schema)))
  return { facts, spoiled: false, ran, end: { schema, undone } }
}

/** The foreign keys that are broken after `down`; those from before `up`, if `up` only added to the schema and `down` removed just that. */
function keysUndone(
  { current, watch, run, reach }: SchemaPass,
  { entry, before, after, keys }: AppliedVersion,
  undone: CatalogLook,
): BrokenKeys {
  if (undone.schema === before.schema && onlyAddsAndRemoves(reach, entry)) return keys
  const side = { entry, direction: 'down' } as const
  return brokenKeysAfter(current.replay, side, {
    before: after,
    after: undone,
    changes: changesBetween(after, undone),
    reach: reach(entry, 'down'),
    keys: watch.keys,
    ignoreTables: run.ignoreTables,
  })
}

const isReal = ({ grade }: SchemaDifference): boolean => grade === 'differs'

function notInverse(
  version: number,
  differences: readonly SchemaDifference[],
  undoing: () => UndoWay | null,
): Fact[] {
  if (differences.length === 0) return []
  const told = { kind: 'not-inverse', version, differences } as const
  const isOther = differences.some(isReal)
  return [
    isOther ? { ...told, grade: 'differs', undoing: undoing() } : { ...told, grade: 'spelled' },
  ]
}

/** Differences in spelling only come from what `down` wrote. */
function notRepeatable(version: number, all: readonly SchemaDifference[]): Fact[] {
  const differences = all.filter(isReal)
  return differences.length === 0 ? [] : [{ kind: 'not-repeatable', version, differences }]
}

/** Keywords of statements that may affect rows of tables they do not name, for example through triggers. */
const BEYOND = /\b(?:insert|update|delete|replace|select|with|pragma|analyze|vacuum|virtual)\b/i

/** Foreign key actions, which do nothing while foreign keys are off. */
const KEY_RULES = /\bon\s+(?:update|delete)\s+/gi

/**
 * Whether going back and forth has left all rows unchanged, beyond doubt. Reads the rows before; the returned function, given the schema
 * that `down` left, reads them again. Only for SQL that just defines tables is it known which rows may have changed, and only if the tables
 * that it names are small. No rows are read if a version only makes objects that its `down` drops.
 */
function lossWatch(
  pass: SchemaPass,
  { entry, before: first, after }: AppliedVersion,
): (undone: CatalogLook) => boolean {
  if (onlyAddsAndRemoves(pass.reach, entry)) return ({ schema }) => schema === first.schema
  const texts = definitionsOf(entry)
  if (!texts || entry.foreignKeys === 'enforce') return () => false
  const { replay } = pass.current
  const print = (): string | null => {
    const { text, whole } = rowPrint(replay.handle, after, texts)
    return whole ? text : null
  }
  const before = print()
  return () => before !== null && print() === before
}

/** The scripts of both sides; null if they are code or do more than define. */
function definitionsOf(entry: Entry): readonly string[] | null {
  const [up, down] = [scriptsIn(entry, 'up'), scriptsIn(entry, 'down')]
  if (!up || !down) return null
  const texts = [...up, ...down]
  return texts.some((text) => BEYOND.test(text.replace(KEY_RULES, ''))) ? null : texts
}
