// Tries a side that makes rows of a table, and links rows to them by columns in which rows of that table may agree, on two that do.
import type { Fact } from '../../model/evidence.js'
import { foldCase, quoteIdentifier } from '../../../src/sql/names.js'
import type { Example } from './fill/draft-row.js'
import { uniqueKeys } from './fill/disjoint-keys.js'
import { judgeLinks, type Images } from './judge/judge-links.js'
import { isTelling } from './judge/match-rows.js'
import { hasFailed, judgeFailure } from './judge-failure.js'
import type { Outcome } from './prover.js'
import { changing, scriptTrial, tryOn, type Trial } from './script-trial.js'
import { addRows } from './seed/add-rows.js'
import { madePartnersIn, type MadePartners } from './seed/made-partners.js'
import { placeOf, type TableImage } from './watch/table-image.js'

/** The most statements that are tried for one side. */
const MOST = 4

/**
 * Reports rows that get links to what was made of others which agree with them, or none to what was made of themselves; or that the side
 * fails on such rows. Rolls everything back; empty if it fails without them.
 */
export const tryMadePartners = scriptTrial({
  sides: 'up',
  find: madePartnersIn,
  run(trial, all) {
    for (const one of all.slice(0, MOST)) {
      const [first] = triedOn(trial, one)
      if (first) return [first]
    }
    return []
  },
})

function triedOn(trial: Trial, one: MadePartners): readonly Fact[] {
  const { images: base } = ranWith(trial, one, null)
  const made = base?.(one.made)
  if (!base || !made) return []
  return columnsIn(trial, one, made).flatMap((columns) => {
    const row = rowIn(trial, one, columns, made)
    const fresh = columns.map((name) => [name, `${String(row?.[name])}x`])
    const { images: apart } = ranWith(trial, one, { ...row, ...Object.fromEntries(fresh) })
    if (!row || !apart) return []
    const { images: both, outcome } = ranWith(trial, one, row)
    if (hasFailed(outcome)) {
      return judgeFailure(trial.rows, outcome, changing(trial, adding(one, row))).facts
    }
    return both ? judgeLinks(one, { columns, row }, { base, apart, both }) : []
  })
}

interface Ran {
  readonly outcome: Outcome
  /** Null if it was not judged. */
  readonly images: Images | null
}

function ranWith(trial: Trial, one: MadePartners, row: Example | null): Ran {
  let images: Images | null = null
  const outcome = tryOn(trial, adding(one, row), ({ imageNow }) => {
    const taken = new Map([one.made, ...one.into].map((name) => [name, imageNow(name)]))
    images = (name) => taken.get(name) ?? null
    return []
  })
  return { outcome, images }
}

const adding =
  ({ of: table }: MadePartners, row: Example | null): Parameters<typeof tryOn>[1] =>
  (state, situation) =>
    row && addRows(state, situation, { table, examples: [row], sort: 'sibling' })

/**
 * By which columns rows may agree: each alone, and all of them. Code binds those with values that it looks for. A foreign key or a number
 * tells a group, whose rows may all belong together.
 */
function columnsIn({ rows }: Trial, one: MadePartners, made: TableImage): string[][] {
  const { of, by, effect } = one
  const pointing = new Set(of.foreignKeys.flatMap(({ columns }) => columns.map(foldCase)))
  const sought = textsIn(made, by)
  const isBound = (name: string): boolean =>
    effect.place.script === null &&
    rows.connection
      .all(`SELECT ${quoteIdentifier(name)} FROM ${quoteIdentifier(of.name)} LIMIT ${MOST_ROWS}`)
      .some(([value]) => sought.has(value))
  const names = of.columns
    .filter(({ name, generated }) => generated === null && !pointing.has(foldCase(name)))
    .flatMap(({ name }) => (by.includes(foldCase(name)) || isBound(name) ? [name] : []))
  const { attached } = rows.situation()
  const keys = uniqueKeys({ table: of, indexes: attached.indexes.get(foldCase(of.name)) ?? [] })
  const sets = names.length > 1 ? [...names.map((name) => [name]), names] : [names]
  return sets.filter(
    (set) =>
      set.length > 0 &&
      !keys.some(({ columns }) =>
        columns.every((name) => set.some((own) => foldCase(own) === name)),
      ),
  )
}

/** A draft of a row that agrees in these columns with one that rows were made of, and in what conditions ask for. */
function rowIn(
  { rows: { connection } }: Trial,
  { of, asked }: MadePartners,
  columns: readonly string[],
  made: TableImage,
): Example | null {
  const names = of.columns.flatMap(({ name, generated, primaryKey }) =>
    columns.includes(name) ||
    (generated === null && primaryKey === 0 && asked.includes(foldCase(name)))
      ? [name]
      : [],
  )
  const texts = textsIn(
    made,
    made.columns.map(({ name }) => name),
  )
  const found = connection
    .all(
      `SELECT ${names.map(quoteIdentifier).join(', ')} FROM ${quoteIdentifier(of.name)} LIMIT ${MOST_ROWS}`,
    )
    .map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])))
  return found.find((row) => columns.every((name) => texts.has(row[name]))) ?? null
}

const MOST_ROWS = 50

/** The texts in columns of a table, if it has such columns. */
const textsIn = (image: TableImage, names: readonly string[]): ReadonlySet<unknown> =>
  new Set(
    names.flatMap((name) => {
      const place = placeOf(image, name)
      return image.rows.flatMap(({ values: { [place]: value = null } }) =>
        typeof value === 'string' && isTelling(value) ? [value] : [],
      )
    }),
  )
