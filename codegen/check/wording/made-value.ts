// Finds from what a step makes the values of a new column, as SQL for the table before the step. Pure.
import type { Direction } from '../../model/evidence.js'
import type { CatalogTable } from '../../model/catalog.js'
import { mentions } from '../../sql/names-in.js'
import { columnOf, tableIn } from '../../model/in-catalog.js'
import { isMadeOfNothing, valueOf } from '../../sql/read-select.js'
import type { Word } from '../../sql/statement.js'
import { cutWords, WordReader, wordsOf } from '../../sql/word-reader.js'
import { foldCase, plainName } from '../../../src/sql/names.js'
import { finalName } from '../subject/final-name.js'
import type { FoundStatement, ReplayedStep } from '../subject/rule.js'

/** The expression, '' for a constant or the default; null if it is unknown, or made of anything else than columns of that table. */
export function madeValue(
  column: string,
  { table, known }: { readonly table: string; readonly known: CatalogTable | undefined },
  step: ReplayedStep,
  direction: Direction,
): string | null {
  if (!known) return null
  const writing = step.statements.filter(
    ({ direction: own, shape, text }) =>
      own === direction &&
      (shape.kind === 'update' || shape.kind === 'insert') &&
      (mentions(text, column) || (shape.kind === 'insert' && shape.columns === null)),
  )
  const [one, ...others] = writing
  if (!one) return ''
  const value = updatedTo(one, table, column) ?? copiedAs(one, table, column, step)
  const [first, last] = [value?.[0], value?.at(-1)]
  if (!value || !first || !last || others.length > 0) return null
  if (first === last && LITERALS.has(first.kind)) return ''
  return isOver(known, value) ? one.text.slice(first.start, last.start + last.text.length) : null
}

const LITERALS: ReadonlySet<string> = new Set(['number', 'string'])

/** What an UPDATE of all rows sets it to. */
function updatedTo(
  { shape, text }: FoundStatement,
  table: string,
  column: string,
): readonly Word[] | null {
  if (shape.kind !== 'update' || plainName(shape.table.key) !== foldCase(table)) return null
  const reader = new WordReader([...wordsOf(text)])
  reader.until('set')
  reader.take('set')
  const set = cutWords(reader.until('where', 'from', 'returning', 'order', 'limit'))
  const found = set.find(([name]) => plainName(name?.key ?? '') === foldCase(column))
  return (reader.next.key === '' && found?.slice(2)) || null
}

/** What a copy into the table that has this name in the end writes there. */
function copiedAs(
  statement: FoundStatement,
  table: string,
  column: string,
  { acts, after }: ReplayedStep,
): readonly Word[] | null {
  const { shape, text, direction } = statement
  const all = acts[direction]
  const at = all.findIndex((act) => act.kind === 'copy' && act.statement === statement)
  const act = all[at]
  if (act?.kind !== 'copy' || finalName(act.to, at, all) !== foldCase(table)) return null
  if (shape.kind !== 'insert' || /\b(?:join|union)\b/i.test(text)) return null
  const own = tableIn(after, table)?.columns ?? []
  const names =
    shape.columns?.map(({ key }) => plainName(key)) ?? own.map(({ name }) => foldCase(name))
  const items = shape.selects[0]?.items ?? []
  const item = items[names.indexOf(foldCase(column))]
  return item && items.length === names.length ? valueOf(item) : null
}

/** Whether it is made of columns of the table alone. */
const isOver = (table: CatalogTable, value: readonly Word[]): boolean =>
  value.length > 0 &&
  !isMadeOfNothing(value) &&
  value.every(
    ({ kind, key }, at) =>
      !/^(?:select|\.|\?)$/.test(key) &&
      (kind !== 'quoted' || columnOf(table, plainName(key)) !== undefined) &&
      (kind !== 'word' ||
        value[at + 1]?.key === '(' ||
        EXPRESSION.has(key) ||
        columnOf(table, plainName(key)) !== undefined),
  )

const EXPRESSION: ReadonlySet<string> = new Set(
  'case when then else end and or not is null in like glob between as text integer real numeric blob collate nocase rtrim binary'.split(
    ' ',
  ),
)
