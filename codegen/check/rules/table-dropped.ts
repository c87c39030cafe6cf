// A migration drops a table with all its rows.
import { listed } from '../../diagnostics/listed.js'
import {
  describeGone,
  whatDownBrings,
  ignoreComment,
  sentence,
  versionName,
} from '../wording/describe-step.js'
import { changePlace } from '../subject/place.js'
import { unknownCopies } from '../changes/copies-unknown.js'
import { dependentsOf, droppedTables } from '../changes/dropped-tables.js'
import { factsIn } from '../subject/facts.js'
import type { CopyOfDropped } from '../../model/value-loss.js'
import type { FoundStatement, ReplayedStep, Rule } from '../subject/rule.js'
import { foldUpper, isSameName, plainName } from '../../../src/sql/names.js'
import { mentions } from '../../sql/names-in.js'
import { shortSql } from '../../sql/one-line.js'
import type { CatalogTable } from '../../model/catalog.js'
import { keysOf, wordsOf } from '../../sql/word-reader.js'
import { sqlName } from '../../sql/sql-name.js'

/**
 * Only in `up`, and judged by the schemas before and after: a rebuild and a rename keep the table, and one that the same
 * migration creates does not count. Nor does one whose rows are all in another table after the step, or in several, in documents,
 * or have been since an earlier version. Views and foreign keys that still refer to the table are named here, and not again by
 * `OBJECT_BROKEN` and `FOREIGN_KEY_BROKEN`, unless this finding is acknowledged. A full-text table that stores no text is no
 * loss.
 */
export const tableDropped: Rule = {
  code: 'TABLE_DROPPED',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  needsRows: true,
  *check(subject) {
    for (const step of subject.replay?.steps ?? []) {
      for (const { before, statement } of droppedTables(step, subject)) {
        const at = changePlace(statement, step)
        const name = sqlName(before.name)
        const unknown = unknownCopies({ table: before.name }, step, subject)
        const gone = unknown ? ': its rows may be gone' : whatIsGone(before, step)
        yield {
          at,
          subject: name,
          message: sentence(
            `${versionName(step, at)} drops the table ${before.name}${gone} for good on every installation, and ${whatDownBrings(step, before.name, 'table')}.${unknown?.why ?? describeGone(before.name, step)}${idleCopy(before.name, step)}${dependents(before.name, step)}`,
          ),
          fix: `${unknown?.fix ?? copyAlso(before, step)}If they may be needed, ${keepThem(before.name, statement)}. If they may go, say so in the migration: ${ignoreComment('TABLE_DROPPED', step.migration, name)}.`,
        }
      }
    }
  },
}

/** If the table already has another name when it is dropped, only the DROP has to wait. */
function keepThem(table: string, statement: FoundStatement | null): string {
  const shape = statement?.shape
  const then = shape?.kind === 'drop' ? shape.name : null
  return then && !isSameName(plainName(then.key), table)
    ? `leave \`DROP TABLE ${then.text}\` to a later release`
    : `keep them with \`ALTER TABLE ${sqlName(table)} RENAME TO ${sqlName(`${table}_old`)}\` and drop that table in a later release`
}

/** The rows, or the part of them that is kept nowhere else. */
function whatIsGone(table: CatalogTable, step: ReplayedStep): string {
  const left = leftOutOf(table, step)
  if (left) {
    const { copies, columns, apart } = left
    const rows =
      copies.length > 1
        ? `none of the copies to ${listed(copies.map(({ to }) => to))} takes`
        : `\`${shortSql(copies[0]?.text ?? '')}\` leaves out`
    const others = [
      ...(columns.length > 0 ? [`, and ${listed(columns)} of all others`] : []),
      ...apart.map((one) => `, and ${listed(one.columns)} of those that go to ${one.to}`),
    ]
    return `: the rows that ${rows} are gone${others.join('')}${others.length > 0 ? ',' : ''}`
  }
  const part = forgottenOf(table.name, step)
  const copy = copyOf(table.name, step)
  if (!part && copy && copy.has !== 'none') return `. ${copyText(copy)}: the others are gone`
  if (!part) return ': its rows are gone'
  const { columns, rest } = part
  const stands = columns.length > 1 ? 'are not kept with their row' : 'is not kept with its row'
  return `. Other columns of it are kept in ${rest}, but ${listed(columns)} ${stands} anywhere: these values are gone`
}

function copyText({ statement, to, has }: CopyOfDropped): string {
  const [way] = /\bOR (?:REPLACE|IGNORE)\b/i.exec(statement) ?? []
  const all = has === 'all' ? `its rows to ${to}, but not with all their values` : null
  const least = way ? `, without those that ${foldUpper(way)} drops as conflicting` : ''
  return `\`${shortSql(statement)}\` copies ${all ?? `only some of its rows to ${to}${least}`}`
}

/** If a copy took none of the rows. */
function idleCopy(table: string, step: ReplayedStep): string {
  const copy = copyOf(table, step)
  return copy?.has === 'none'
    ? ` \`${shortSql(copy.statement)}\` copied none of the generated rows: none meets its condition.`
    : ''
}

const copyOf = (table: string, step: ReplayedStep): CopyOfDropped | undefined =>
  factsIn(step, 'values-gone').find((one) => isSameName(one.table, table))?.copy

/** If a JOIN that copies rows finds none, perhaps only the application fills the compared columns consistently. */
function copyAlso(own: CatalogTable, step: ReplayedStep): string {
  const table = own.name
  const part = forgottenOf(table, step)
  const left = leftOutOf(own, step)
  if (left) {
    const way = left.copies.some(({ text }) => /\bjoin\b/i.test(text))
      ? ', for example by a LEFT JOIN'
      : ''
    const columns = left.columns.length > 0 ? `, and ${listed(left.columns)}` : ''
    const apart = left.apart.map((one) => `, and ${listed(one.columns)} to ${one.to}`)
    return `Copy these rows as well${way}${columns}${apart.join('')}. `
  }
  const join = step.statements.find(
    ({ direction, shape, text }) =>
      direction === 'up' &&
      shape.kind === 'insert' &&
      /\bjoin\b/i.test(text) &&
      mentions(text, table),
  )
  if (!part && join && copyOf(table, step)?.has !== 'all')
    return `If \`${shortSql(join.text)}\` does find the rows of a real application, give some that belong together as \`seeds\`. `
  return part ? `Copy ${listed(part.columns)} as well, next to what identifies the row. ` : ''
}

/** What copies of some of the rows leave out. */
interface LeftOut {
  readonly copies: readonly Pick<CopyOfSome, 'text' | 'to'>[]
  /** The columns besides keys that none of them copies. */
  readonly columns: readonly string[]
  /** Those that the copy to one table leaves out, and another one does not. */
  readonly apart: readonly { readonly to: string; readonly columns: readonly string[] }[]
}

interface CopyOfSome {
  readonly text: string
  readonly to: string
  /** Whether it copies a column, or only the rows with one value of it. */
  has(column: string): boolean
}

/** Null if no statement copies only some of the rows. */
function leftOutOf(table: CatalogTable, step: ReplayedStep): LeftOut | null {
  const { name, columns, foreignKeys } = table
  const gone = factsIn(step, 'values-gone').find(
    (one) => isSameName(one.table, name) && one.parts !== undefined,
  )
  const parts = gone?.parts ?? []
  const [statement = '', more] = new Set(parts.map(({ at }) => at?.statement ?? ''))
  const isOfRows = parts.every(({ those }) => those === undefined)
  if (!gone || !isOfRows || !/^\s*insert\b/i.test(statement) || more !== undefined) return null
  const kept = new Set(parts.map(({ column }) => column))
  const isKey = (column: string): boolean =>
    columns.some((one) => one.primaryKey > 0 && isSameName(one.name, column)) ||
    foreignKeys.some((key) => key.columns.some((one) => isSameName(one, column)))
  const own = Object.keys(gone.row).filter((column) => !isKey(column))
  const copies = copiesOf(name, step)
  if (!copies.some(({ text }) => text === statement)) {
    const only = { text: statement, to: '' }
    return { copies: [only], columns: own.filter((one) => !kept.has(one)), apart: [] }
  }
  const isIn = (column: string): boolean => copies.some(({ has }) => has(column))
  return {
    copies,
    columns: own.filter((one) => !isIn(one)),
    apart: copies.flatMap(({ to, has }) => {
      const absent = own.filter((one) => !has(one) && isIn(one))
      return absent.length > 0 ? [{ to, columns: absent }] : []
    }),
  }
}

const copiesOf = (table: string, { acts }: ReplayedStep): CopyOfSome[] =>
  acts.up.flatMap((act) => {
    if (act.kind !== 'copy' || !isSameName(act.from, table)) return []
    const { text } = act.statement
    const words = keysOf([...wordsOf(text)])
    const told = words.filter((_, at) => words[at + 1] === '=').map(plainName)
    const names = [...told, ...[...act.columns.values()].map((one) => one ?? '')]
    return [{ text, to: act.to, has: (column) => names.some((one) => isSameName(one, column)) }]
  })

function forgottenOf(
  table: string,
  step: ReplayedStep,
): { readonly columns: readonly string[]; readonly rest: string } | null {
  const gone = factsIn(step, 'values-gone').find((one) => isSameName(one.table, table))
  return gone?.rest === undefined ? null : { columns: Object.keys(gone.row), rest: gone.rest }
}

function dependents(table: string, step: ReplayedStep): string {
  const names = dependentsOf(table, step)
  if (names.length === 0) return ''
  return ` Still referring to it: ${listed(names)}.`
}
