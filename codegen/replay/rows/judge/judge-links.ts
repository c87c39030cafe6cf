// Judges links to rows that a side has made of a table, by what one more row of it brings: alone, and beside one that agrees with it. Pure.
import type { RowsDoubled, ValuesChanged } from '../../../model/evidence.js'
import { keyText } from '../fill/connection.js'
import type { Example } from '../fill/draft-row.js'
import type { MadePartners } from '../seed/made-partners.js'
import { groupsRows } from '../watch/statement-effect.js'
import { shownValue, type TableImage } from '../watch/table-image.js'
import { changeTold } from './compare-values.js'

/** The tables after a run, by name in lower case. */
export type Images = (name: string) => TableImage | null

/** The tables without the row, with the row alone, and with it beside one that agrees. */
interface Runs {
  readonly base: Images
  readonly apart: Images
  readonly both: Images
}

/**
 * Empty unless the row has a partner of its own in both cases: a step that makes one row for all that agree links them on purpose. A
 * statement that says which of several it takes only doubles.
 */
export function judgeLinks(
  { effect, of, made, into }: MadePartners,
  { columns, row }: { readonly columns: readonly string[]; readonly row: Example },
  runs: Runs,
): (RowsDoubled | ValuesChanged)[] {
  const partners = runs.both(made)
  const isOwn = ([alone, beside]: Added): boolean => alone > 0 && alone === beside
  if (!partners || !isOwn(addedBy(runs, made, ({ count }) => count))) return []
  const chooses = groupsRows(effect) || effect.tokens.includes('ORDER')
  const isUnlike = !chooses && isOwn(addedBy(runs, made, countContents))
  const told = { at: effect.place, source: partners.table.name } as const
  return into.flatMap((name): (RowsDoubled | ValuesChanged)[] => {
    const links = runs.both(name)
    const added = addedBy(runs, name, ({ count }) => count)
    const [alone, beside] = added
    if (!links || alone < 1) return []
    if (beside > alone) {
      const shown = columns.map((one) => [one, shownValue(row[one] ?? null)])
      const rest = { into: links.table.name, more: beside - alone, row: Object.fromEntries(shown) }
      return [{ kind: 'rows-doubled', ...told, table: of.name, ...rest }]
    }
    if (!isUnlike || !isOwn(added)) return []
    return linksTo(partners, links).flatMap((column): ValuesChanged[] => {
      const [own, got] = addedBy(runs, name, (image) => countValues(image, column))
      const about = {
        ...told,
        table: links.table.name,
        column,
        lost: 'mixed',
        agreeing: columns,
      } as const
      return got < own ? [changeTold(about, [null, null])] : []
    })
  })
}

/** What the row brings alone, and beside the other. */
type Added = readonly [alone: number, beside: number]

function addedBy(
  { base, apart, both }: Runs,
  name: string,
  count: (image: TableImage) => number,
): Added {
  const [without, alone, beside] = [base, apart, both].map((images) => {
    const image = images(name)
    return image ? count(image) : 0
  })
  return [alone! - without!, beside! - without!]
}

/** How many rows differ in what is no key. */
function countContents({ columns, rows }: TableImage): number {
  const content = columns.flatMap(({ primaryKey }, at) => (primaryKey > 0 ? [] : [at]))
  return new Set(rows.map(({ values }) => keyText(content.map((at) => values[at] ?? null)))).size
}

const countValues = ({ columns, rows }: TableImage, column: string): number => {
  const place = columns.findIndex(({ name }) => name === column)
  return new Set(rows.map(({ values }) => keyText([values[place] ?? null]))).size
}

/** The columns that hold nothing but keys of rows of another table. */
function linksTo({ rows: partners }: TableImage, { columns, rows }: TableImage): string[] {
  const keys = new Set(partners.map(({ identity }) => keyText(identity)))
  return columns.flatMap(({ name }, place) => {
    const held = rows.flatMap(({ values: { [place]: value = null } }) => value ?? [])
    return held.length > 0 && held.every((value) => keys.has(keyText([value]))) ? [name] : []
  })
}
