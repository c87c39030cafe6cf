// Finds tables whose rows triggers maintain by the rowids of another table: full-text indexes with their own text, R-Trees, or any table.
import { foldCase } from '../../../../src/sql/names.js'
import { wordsIn } from '../../../sql/names-in.js'
import { ROWID_NAMES, rowidLinks, type RowidLink } from '../../../sql/rowid-links.js'
import { tableNamed, tablesOf, type TableGraph } from '../fill/table-graph.js'
import { readBy } from './external-indexes.js'

/** One such table. */
export interface KeyedTable {
  /** In lower case. */
  readonly name: string
  /** Whether triggers look its rows up by these rowids, whoever wrote the rows. */
  readonly found: boolean
}

/** The tables maintained by the rowids of a table, given by its name in lower case. */
export function keyedBy(situation: TableGraph, table: string): KeyedTable[] {
  const names = rowidNamesOf(situation, table)
  if (names.length === 0) return []
  const keyed = new Map<string, boolean>()
  for (const { on, link } of linksIn(situation)) {
    const isOwn = on === table && names.some((name) => link.own.has(name))
    const isKept =
      isOwn || selects(link, table, names) || sees(situation, [on, ...link.words], table)
    if (!isKept || link.target === table) continue
    const found = isOwn && link.finds && !link.words.has(table)
    keyed.set(link.target, found || keyed.get(link.target) === true)
  }
  return [...keyed].map(([name, found]) => ({ name, found }))
}

const linksIn = ({ attached }: TableGraph): { on: string; link: RowidLink }[] =>
  [...attached.triggers].flatMap(([on, triggers]) =>
    triggers.flatMap(({ sql }) => rowidLinks(sql).map((link) => ({ on, link }))),
  )

/** The tables whose rowids other tables depend on. */
export const keyingTables = (situation: TableGraph): string[] =>
  situation.attached.triggers.size === 0
    ? []
    : tablesOf(situation)
        .map(({ name }) => foldCase(name))
        .filter((name) => keyedBy(situation, name).length > 0)

/** A column may be named like the rowid and hide it. */
function rowidNamesOf(situation: TableGraph, table: string): string[] {
  const found = tableNamed(situation, table)
  if (!found || found.withoutRowid) return []
  const columns = new Set(found.columns.map(({ name }) => foldCase(name)))
  return [...ROWID_NAMES].filter((name) => !columns.has(name))
}

const selects = (link: RowidLink, table: string, names: readonly string[]): boolean =>
  link.words.has(table) && names.some((name) => link.selected.has(name))

/** Whether one of the names is a view that shows rowids and reads the table. */
const sees = (situation: TableGraph, names: readonly string[], table: string): boolean =>
  names.some((name) => {
    if (!situation.catalog.has(`view ${name}`)) return false
    const reads = readBy(name, situation)
    return reads.has(table) && [...reads].some((one) => showsRowids(situation, one))
  })

const showsRowids = ({ catalog }: TableGraph, name: string): boolean => {
  const words = wordsIn(catalog.get(`view ${name}`)?.sql ?? '')
  return [...ROWID_NAMES].some((one) => words.has(one))
}
