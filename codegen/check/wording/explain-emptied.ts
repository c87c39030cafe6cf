// Explains a full-text index or an R-Tree that is recreated and left empty.
import { externalContent, type ExternalContent } from '../../../src/schema/external-content.js'
import { foldCase } from '../../../src/sql/names.js'
import type { CatalogTable } from '../../model/catalog.js'
import { shortSql } from '../../sql/one-line.js'
import { sqlName, sqlNames } from '../../sql/sql-name.js'
import { ownsRows, type EmptiedIndex } from '../changes/emptied-indexes.js'
import type { ReplayedStep } from '../subject/rule.js'
import { columnOf } from '../../model/in-catalog.js'
import type { Explanation } from './left-out-rows.js'

/** What the step does to it, and how to keep the rows. */
export function explainEmptied(
  { before, after, statement }: EmptiedIndex,
  step: ReplayedStep,
): Explanation {
  const made = `is recreated in \`${shortSql(statement.text)}\``
  return ownsRows(before)
    ? {
        why: `loses all rows of ${before.name}: it has rows of its own, and ${made} without them`,
        fix: keepRows(before, after),
      }
    : {
        why: `leaves ${before.name} empty, which ${made} with rows of its own: searches no longer find what was there before`,
        fix: fillFrom(externalContent(before.sql), after, step),
      }
}

function keepRows(before: CatalogTable, after: CatalogTable): string {
  const subject = sqlName(before.name)
  const kept = sqlName(`${before.name}_kept`)
  const shown = before.columns.filter(({ name, hidden }) => !hidden && columnOf(after, name))
  const names = sqlNames(shown.map(({ name }) => name))
  const [number, own] = before.module?.startsWith('fts') ? ['rowid AS kept, ', 'rowid, '] : ['', '']
  return `Save them first, \`CREATE TABLE ${kept} AS SELECT ${number}${names} FROM ${subject}\`, and put them back afterwards, \`INSERT INTO ${subject} (${own}${names}) SELECT ${own && 'kept, '}${names} FROM ${kept}\``
}

function fillFrom(
  external: ExternalContent | undefined,
  { name: index, columns }: CatalogTable,
  { after }: ReplayedStep,
): string {
  const content = external?.table ?? ''
  const table = after.get(`table ${foldCase(content)}`)
  const shown = columns.flatMap(({ name, hidden }) =>
    !hidden && table?.type === 'table' && columnOf(table, name) ? [name] : [],
  )
  const [into, from] = ['rowid', external?.key ?? ''].map((key) => sqlNames([key, ...shown]))
  return `Fill it afterwards: \`INSERT INTO ${sqlName(index)} (${into}) SELECT ${from} FROM ${sqlName(content)}\``
}
