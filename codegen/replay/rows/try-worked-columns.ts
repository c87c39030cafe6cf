// Tries a side that computes other values from a column, elsewhere or in place: whether any get lost on the way, or on the way back.
import { foldCase, plainName } from '../../../src/sql/names.js'
import { sideOf } from '../../../src/plan/scripts.js'
import type { Fact, StepPlace, ValuesGone, ValuesKept } from '../../model/evidence.js'
import { changeTold } from './judge/compare-values.js'
import {
  additionIn,
  isConverted,
  isNumbered,
  isToldAlong,
  isToldApart,
  noneReturned,
  unreturned,
  type Worked,
} from './judge/judge-worked.js'
import { leftReworded, rewordedTexts, type Reworded } from './judge/reworded-texts.js'
import { withRowsBeside } from './judge/rows-beside.js'
import type { Value } from './fill/seed-values.js'
import type { Example } from './fill/draft-row.js'
import { isPartOf } from './judge/part-gone.js'
import { tableNamed } from './fill/table-graph.js'
import type { Prover } from './prover.js'
import { scriptTrial } from './script-trial.js'
import { combinedWith, takesFew } from './seed/combined-columns.js'
import { withFlags } from './seed/asked-as-flag.js'
import { tellsColumns } from './seed/staying-columns.js'
import {
  addNearValues,
  effectsOn,
  SPELLINGS,
  spelledOtherwise,
  withTextsOf,
  workedColumns,
  type WorkedColumn,
} from './seed/worked-columns.js'
import { wholeSide } from '../sides/whole-side.js'
import type { ObservedSide, StepSide } from './watch/observed-run.js'
import { isToldInAll } from './judge/told-by.js'
import { isFilling, type Effect } from './watch/statement-effect.js'
import { takeImage, type TableImage } from './watch/table-image.js'

/**
 * Reports columns whose values the computed ones preserve; of these, values that `down` does not restore. Rolls everything back; empty if a
 * side fails then.
 */
export const tryWorkedColumns = scriptTrial({
  sides: 'up',
  find: workedColumns,
  run({ rows, side, effects, prepare, asks, bound = [] }, all) {
    const { version } = side.entry
    const isUndone = sideOf(side.entry, 'down') !== undefined
    const asked = all.filter(({ now }) => now === null || isUndone)
    const columns = withFlags(withTextsOf(bound, asked), rows.situation(), effects)
    if (columns.length === 0) return []
    const beside = tellsColumns(effects, rows.situation())
    const { begin, tried } = nearTrial(rows, columns, prepare)
    const awaited: Awaited[] = []
    const { facts } = rows.tryOut(side, begin, ({ endings, written, usual }) => {
      const found = endings().flatMap(({ name, before, after }) => {
        const own = after ?? before
        const worked = after ? tried().filter(({ table }) => foldCase(table.name) === name) : []
        return worked.flatMap((one): Fact[] => {
          const images = { before, after: own }
          const known = [...awaitedOf(one, images), ...toldAlong(one, images, { usual, isUndone })]
          const isMade = (): boolean => !asks || isToldInAll(one, images)
          const kept = known.filter(({ now }) => now !== null || isMade())
          awaited.push(...kept)
          if (one.isFlag) return []
          const isGone = one.now === null && beside(one) && isGoneIn(usual(), one)
          const wide = { before, after: withRowsBeside(own, written()) }
          const isBeside = isGone && isToldIn(one, wide) && (!asks || isToldInAll(one, wide))
          const isKept = isBeside || kept.some((other) => other.now === null)
          if (isKept) return [keptAs(one, side, own)]
          return [...lostBySpelling(one, version, images), ...lostByChance(one, version, usual)]
        })
      })
      const others = found.some(({ kind }) => kind === 'values-gone') ? usual() : []
      return found.filter((fact) => !others.some((other) => isPartOf(other, fact)))
    })
    const isTried = isUndone && awaited.length > 0
    return [...facts, ...(isTried ? wayBack(rows, side, begin, awaited) : [])]
  },
})

/** Whether existing rows preserve the values of a column. */
export const isToldIn = (
  { column: { name: column }, values, along, combined }: WorkedColumn,
  images: Images,
): boolean => {
  const worked = { ...images, column, values, along, combined }
  return isToldApart(worked) || isToldAlong(worked)
}

/** Whether a finding says that values of a column are lost. */
export const isGoneIn = (
  facts: readonly Fact[],
  { table, column }: Pick<WorkedColumn, 'table' | 'column'>,
): boolean =>
  facts.some(
    (fact) => fact.kind === 'values-gone' && fact.table === table.name && column.name in fact.row,
  )

/** Makes rows with similar values, also combined with values of other columns, for a trial; `tried` are the columns that got some. */
export function nearTrial(
  rows: Prover,
  columns: readonly WorkedColumn[],
  prepare: () => void = () => {},
  most?: number,
): { begin(): void; tried(): readonly WorkedColumn[] } {
  let tried: readonly WorkedColumn[] = []
  return {
    tried: () => tried,
    begin() {
      prepare()
      rows.onTrial((...at) => {
        const bounds = most === undefined ? {} : { there: new Set<string>(), most }
        tried = addNearValues(...at, columns).map((one) => combinedWith(...at, one, bounds))
      })
    },
  }
}

/** The finding that its values are kept in the table as it is now. */
export const keptAs = (
  { table, column }: WorkedColumn,
  { entry }: StepSide,
  now: TableImage,
): ValuesKept => ({
  kind: 'values-kept',
  version: entry.version,
  table: table.name,
  column: column.name,
  in: now.table.name,
})

/** Values of a removed column that are lost, while all others stay distinct. */
function lostBySpelling(
  { table, column, now, values }: WorkedColumn,
  version: number,
  images: Images,
): ValuesGone[] {
  if (now !== null) return []
  return SPELLINGS.flatMap((spelled): ValuesGone[] => {
    const [first = null, ...more] = spelledOtherwise(values, spelled)
    const others = values.filter((value) => value !== first && !more.some((one) => one === value))
    if (first === null || !isToldApart({ ...images, column: column.name, values: others }))
      return []
    const parts = [{ column: column.name, at: null, those: spelled }]
    return [
      { kind: 'values-gone', version, table: table.name, row: { [column.name]: first }, parts },
    ]
  }).slice(0, 1)
}

/** A column with few values, not all of which occur with all others in generated rows, so that they match something elsewhere by chance. */
function lostByChance(
  one: WorkedColumn,
  version: number,
  usual: () => readonly Fact[],
): ValuesGone[] {
  const { table, column, now } = one
  if (now !== null || !takesFew(one)) return []
  return usual()
    .flatMap((fact): ValuesGone[] => {
      if (fact.kind !== 'values-gone' || fact.table !== table.name) return []
      const { [column.name]: value } = fact.row
      const parts = [{ column: column.name, at: null, those: 'some' as const }]
      const gone = { kind: 'values-gone', version, table: table.name, parts } as const
      return value === undefined ? [] : [{ ...gone, row: { [column.name]: value } }]
    })
    .slice(0, 1)
}

/** A column whose values `down` should restore. */
interface Awaited extends WorkedColumn {
  readonly lost: 'unreturned' | 'reworded'
  /** What the texts have become, if others were computed from them. */
  readonly reworded: Reworded | null
  /** The rows that preserve it, if that takes other columns as well. */
  readonly told?: readonly Example[]
  /** What `up` made of a value, if it added the same to each and did nothing else. */
  readonly made?: ((value: Value) => Value) | undefined
}

/** A table before and after the side. */
type Images = Pick<Worked, 'before' | 'after'>

function awaitedOf(one: WorkedColumn, { before, after }: Images): Awaited[] {
  const { now } = one
  const worked = { before, after, column: one.column.name, values: one.values }
  if (now === null ? isToldApart(worked) : isConverted(worked, now))
    return [{ ...one, values: asSpelled(one), lost: 'unreturned', reworded: null }]
  if (now === null) return []
  const made = additionIn(worked, now)
  const reworded = rewordedTexts(worked, now)
  const lost = made || isNumbered(worked, now) ? 'unreturned' : 'reworded'
  return made || reworded.size > 0 ? [{ ...one, lost, reworded, made }] : []
}

/** A column that is only preserved in combination with others; for packed numbers only if `down` may unpack them. */
function toldAlong(
  one: WorkedColumn,
  images: Images,
  { usual, isUndone }: { readonly usual: () => readonly Fact[]; readonly isUndone: boolean },
): Awaited[] {
  const { table, column, now, values, along, combined = [], packed = [] } = one
  const worked = { ...images, column: column.name, values }
  if (now !== null || isToldApart(worked)) return []
  const isTold = (rows: readonly Example[]): boolean =>
    isToldAlong({ ...worked, along, combined: rows })
  const told = isTold(combined) ? combined : isUndone && isTold(packed) ? packed : null
  if (!told) return []
  const isKnown = usual().some(
    (fact) =>
      fact.kind === 'values-kept' && fact.table === table.name && fact.column === column.name,
  )
  return isKnown ? [] : [{ ...one, told, lost: 'unreturned', reworded: null }]
}

/** Without the texts with extra spaces or capitals, which nobody needs back. */
function asSpelled({ now, values }: WorkedColumn): readonly Value[] {
  const others = now === null ? SPELLINGS.flatMap((by) => spelledOtherwise(values, by)) : []
  return values.filter((value) => !others.some((one) => one === value))
}

/** Reports columns that `up` preserves and `down` leaves with other values; for texts, those still in the form that `up` gave them. */
function wayBack(
  rows: Prover,
  { entry }: StepSide,
  begin: () => void,
  awaited: readonly Awaited[],
): readonly Fact[] {
  const before = new Map<Awaited, TableImage | null>()
  const there = (): void => {
    begin()
    for (const one of awaited) before.set(one, takeImage(rows.connection, one.table))
    rows.runWithin({ entry, direction: 'up' })
  }
  const { facts } = rows.tryOut({ entry, direction: 'down' }, there, ({ side, now }) =>
    awaited.flatMap((one): Fact[] => {
      const { table, column, lost } = one
      const again = now().get(foldCase(table.name)) ?? tableNamed(side.before, table.name)
      const old = before.get(one)
      const after = again && takeImage(rows.connection, again)
      const told = old && after && changedIn(one, old, after)
      const place = placeIn(side, one)
      if (!told || !place) return []
      const where = { at: place, table: table.name, column: column.name }
      const made = one.reworded?.get(String(told[0])) ?? told[1]
      const source = made === told[1] ? {} : { source: String(made) }
      return [changeTold({ ...where, lost, ...source }, told)]
    }),
  )
  return facts
}

function changedIn(
  { column: { name: column }, values, reworded, made, told }: Awaited,
  before: TableImage,
  after: TableImage,
): readonly [Value, Value] | undefined {
  const worked = { before, after, column, values, combined: told }
  if (!reworded) return unreturned(worked)
  return leftReworded(worked, reworded) ?? (made && noneReturned(worked, made))
}

/**
 * The statement of `down` that writes rows of a table, or else affects it; all of `down` if its statements concern other columns; undefined
 * if it does nothing.
 */
function placeIn(
  { effects, entry }: ObservedSide,
  { table, column, now }: WorkedColumn,
): StepPlace | undefined {
  const all = effectsOn(effects, foldCase(table.name))
  const last = all.at(-1) ?? effects.findLast((one) => !isQuestion(one))
  if (!last) return undefined
  const names = new Set([column.name, now ?? column.name].map(foldCase))
  const isAbout = ({ shape, tokens }: Effect): boolean =>
    !OF_COLUMNS.test(shape.kind) || tokens.map(plainName).some((name) => names.has(name))
  const writing = all.findLast((one) => isAbout(one) && (one.verb === 'update' || isFilling(one)))
  const known = writing ?? (all.length > 0 && isAbout(last) ? last : undefined)
  // For versions that run as one, the last statement shows which of them left it.
  return known?.place ?? { ...wholeSide(entry.version, 'down'), script: last.place.script }
}

/** Statements that affect only the columns they name. */
const OF_COLUMNS = /^update$|-column$|^create-index$/

const isQuestion = ({ verb, tokens: [first = ''] }: Effect): boolean =>
  verb === 'other' && /^(?:SELECT|WITH|VALUES|PRAGMA)$/.test(first)
