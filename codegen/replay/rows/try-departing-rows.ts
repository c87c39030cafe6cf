// Tries a side that copies rows to another table and deletes them: whether the copies preserve all rows and all of their values. Code may
// do both row by row.
import { countedIn } from '../../../src/model/collected.js'
import { foldCase, isSameName, plainName, quoteIdentifier } from '../../../src/sql/names.js'
import type { CatalogForeignKey, CatalogTable } from '../../model/catalog.js'
import { orElse } from '../../../src/model/or-else.js'
import { identityOf } from '../catalog/row-identity.js'
import { keyText, type RawRow } from './fill/connection.js'
import { parentKeys } from './fill/seed-table.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import type { Value } from './fill/seed-values.js'
import { isRowid } from '../../model/rowid-column.js'
import { judgeDeparted, type Archive, type Counts, type Had, type Left } from './departed-rows.js'
import { sampleOf, stateReader, trialOf } from './other-values.js'
import { hasFailed } from './judge-failure.js'
import type { Prover } from './prover.js'
import { changing, scriptTrial, type Trial } from './script-trial.js'
import { literalsOf } from './seed/compared-literals.js'
import { departuresIn, type Departure } from './seed/departures.js'
import { addRows, pointingAt } from './seed/add-rows.js'
import { addRowsForLiterals } from './seed/rows-for-literals.js'
import type { SeederState } from './seed/seeder-state.js'
import { scriptEffects, type StepSide } from './watch/observed-run.js'
import { isFilling, isQuery, type Effect } from './watch/statement-effect.js'
import { takeImage } from './watch/table-image.js'

/** Rolls everything back; empty if the side fails, or does something else on each run. */
export const tryDepartingRows = scriptTrial({
  sides: 'up',
  find: departuresIn,
  run: ({ rows, side, effects, prepare }, departures) =>
    departures.flatMap((one) => {
      const begin = changing({ rows, prepare }, (state, situation) =>
        addSought(state, situation, one.table, effects),
      )
      const found = rows.tryAgain(side, begin, (again) => {
        const had = before(rows, one)
        return judgeDeparted(
          { ...one, returning: returningTo(one, side) },
          had,
          trialOf(rows, again, lookBehind(rows, one)),
        )
      })
      return found ?? []
    }),
})

/** Whether code queries rows and was not seen to insert any: it may insert and delete some if it finds matching rows. */
export const isHalfSeen = (effects: readonly Effect[]): boolean =>
  !effects.some(isFilling) && effects.some((one) => one.place.script === null && isQuery(one))

/**
 * What code does if it finds the rows it looks for, and a function that makes those rows; null if it fails, or looks for none. Rolls
 * everything back.
 */
export function doneWithRows(
  { rows, side, prepare }: Pick<Trial, 'rows' | 'side' | 'prepare'>,
  seen: readonly Effect[],
): { readonly effects: readonly Effect[]; begin(): void } | null {
  const literals = literalsOf(seen)
  if (literals.size === 0) return null
  const begin = changing({ rows, prepare }, (state, situation) => {
    for (const [name, { columns }] of literals) {
      const table = tableNamed(situation, name)
      const examples = [...columns].flatMap(([column, values]) =>
        values.slice(0, MOST_POINTED).map((value) => ({ [column]: value })),
      )
      if (table) addRows(state, situation, { table, examples, sort: 'sibling' })
    }
  })
  const outcome = rows.tryOut(side, begin, () => [])
  return hasFailed(outcome) ? null : { effects: outcome.attended.effects, begin }
}

/** Rows that the side looks for, also through their parents, and child rows of them. */
function addSought(
  state: SeederState,
  situation: TableGraph,
  table: CatalogTable,
  effects: readonly Effect[],
): void {
  const children = situation.children.get(foldCase(table.name)) ?? []
  const pointing = [table, ...children.flatMap((name) => tableNamed(situation, name) ?? [])]
  const keys = pointing.flatMap((child) =>
    child.foreignKeys
      .filter(({ parent }) => child === table || isSameName(parent, table.name))
      .map((key) => ({ child, key, known: keysBut([], state, key) })),
  )
  addRowsForLiterals(state, situation, literalsOf(effects))
  for (const { child, key, known } of keys) {
    const rows = keysBut(known, state, key).slice(0, MOST_POINTED)
    addRows(state, situation, { table: child, examples: pointingAt(rows, key) })
  }
}

const keysBut = (
  known: readonly RawRow[],
  { connection }: SeederState,
  key: CatalogForeignKey,
): readonly RawRow[] => parentKeys(connection, key, new Set(known.map(keyText)))

/** As far as the SQL of `down` shows. */
function returningTo({ table, archives }: Departure, { entry }: StepSide): ReadonlySet<string> {
  const back = scriptEffects({ entry, direction: 'down' }).filter(
    (one) => isFilling(one) && one.table === foldCase(table.name),
  )
  return new Set(
    archives.filter((name) =>
      back.some(({ tokens }) => tokens.some((token) => plainName(token) === name)),
    ),
  )
}

function lookBehind(rows: Prover, { table, archives, unnamed, followers }: Departure): () => Left {
  const { all } = rows.connection
  const state = stateReader(rows, table)
  const number = table.columns.find((column) => isRowid(table, column))?.name
  const keys = (one: CatalogTable): ReadonlySet<string> => {
    const identity = identityOf(one).map(quoteIdentifier).join(', ')
    return new Set(all(`SELECT ${identity} FROM ${quoteIdentifier(one.name)}`).map(keyText))
  }
  // A table that replaces another has that name afterwards.
  const valuesIn = (names: readonly string[]): string[] =>
    names
      .flatMap((name) => orElse(() => all(`SELECT * FROM ${quoteIdentifier(name)}`), []))
      .flat()
      .map(String)
  const followed = (): Counts => {
    const known = new Set(valuesIn(archives.filter((name) => !followers.has(name))))
    return countedIn(valuesIn([...followers]).filter((value) => !known.has(value)))
  }
  return () => ({
    others: state(),
    there: orElse(() => keys(table), null),
    archives: archives.map((name) => archiveOf(rows, name, number)),
    pointing: unnamed.map(keys),
    followed: followers.size > 0 ? followed() : NO_VALUES,
  })
}

/** Finds the ids of copied rows by the name of the rowid column. */
function archiveOf(
  { connection: { all } }: Prover,
  name: string,
  number: string | undefined,
): Archive {
  const columns = all(COLUMNS, name).map(String)
  const at = columns.findIndex((one) => number !== undefined && isSameName(one, number))
  const rows = columns.length > 0 ? all(`SELECT * FROM ${quoteIdentifier(name)}`) : []
  return {
    name,
    columns,
    keys: new Set(at < 0 ? [] : rows.map((row) => String(row[at]))),
    isOfDocuments: rows.some((row) => row.some(isDocument)),
    size: rows.length,
  }
}

const isDocument = (value: Value): boolean => typeof value === 'string' && /^[{[]/.test(value)

const NO_VALUES: Counts = new Map()

const COLUMNS = "SELECT name FROM unshadowed.pragma_table_xinfo(?, 'main')"

function before(rows: Prover, { table, unnamed }: Departure): Had {
  const columns = table.columns.filter(({ generated, hidden }) => generated === null && !hidden)
  const own = columns.filter((column) => !isRowid(table, column))
  const image = takeImage(rows.connection, table)
  return {
    rows: image?.rows ?? [],
    count: image?.count ?? 0,
    samples: own.flatMap((column) => sampleOf(rows, { table, column })),
    children: unnamed.map((one) => takeImage(rows.connection, one)),
  }
}

const MOST_POINTED = 4
