// A migration tightens the constraints on existing rows.
import { isRowid, mayBeNull } from '../../model/rowid-column.js'
import { columnSubject, isSameSubject } from '../subject/finding-subject.js'
import type { CatalogTable } from '../../model/catalog.js'
import { changePlace } from '../subject/place.js'
import { lengthOf, typesChangedIn } from '../changes/changed-types.js'
import { ignoreComment, sentence, versionName } from '../wording/describe-step.js'
import { factsIn, type FactOf } from '../subject/facts.js'
import { addedForeignKeys, type AddedForeignKey } from '../changes/added-foreign-keys.js'
import { completedColumns, type CompletedColumns } from '../changes/completed-columns.js'
import { numberedColumns } from '../changes/numbered-columns.js'
import { formerNames, type FormerNames } from '../subject/former-names.js'
import { mentions } from '../../sql/names-in.js'
import { narrowedChecks } from '../changes/narrowed-checks.js'
import type { ColumnTrace, ReplayedStep, Rule, TableTrace } from '../subject/rule.js'
import { columnOf, tableIn } from '../../model/in-catalog.js'
import { sqlName } from '../../sql/sql-name.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'

/**
 * NOT NULL, CHECK, a foreign key, a shorter length, STRICT, over existing columns. Silent if the step was seen to fail on rows,
 * which `REPLAY_FAILS_ON_ROWS` reports better; if the step itself computes the values of the column, by an expression in the copy
 * or an UPDATE, and rows of all kinds were seen to pass; for NOT NULL, a CHECK or a foreign key if there were rows that violate
 * it, and the step handled them in whatever way; and for a table that is empty afterwards.
 */
export const columnNarrowed: Rule = {
  code: 'COLUMN_NARROWED',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  needsRows: true,
  *check({ replay }) {
    const empty = new Set<string>()
    for (const step of replay?.steps ?? []) {
      for (const { table } of factsIn(step, 'unseeded')) empty.add(foldCase(table))
      for (const trace of step.traces) {
        const all = narrowings(trace, step, empty).filter(({ about }) => !isTold(about, step))
        for (const { message, fix, about } of all) {
          const at = changePlace(trace.statement, step)
          const remedy = step.migration.alter ? inAlter(fix) : fix
          yield {
            at,
            subject: about,
            message: sentence(`${versionName(step, at)} ${message}.`),
            fix: `${remedy} If all rows fit, say why in the migration: ${ignoreComment('COLUMN_NARROWED', step.migration, about)}.`,
          }
        }
      }
    }
  },
}

/** A declared change has no place for preceding statements, and behind an earlier migration such rows may come again. */
const inAlter = (fix: string): string =>
  fix
    .replace(/ first: `.*?`, or with .* copy, as/, ' with an expression in `using`, as')
    .replace(/ first(?=\.$)/, ' with an expression in `using`')

/** Whether the failure of the rows is already reported: for a column, or for a whole table. */
const isTold = (about: string, step: ReplayedStep): boolean =>
  factsIn(step, 'step-failed').some(({ stage, at, table, column }) => {
    if (stage !== 'rows' || at.direction === 'down') return false
    if (table === null || isSameSubject(about, sqlName(table))) return true
    return column === undefined
      ? isSameSubject(about.slice(0, sqlName(table).length), sqlName(table))
      : isSameSubject(about, columnSubject(table, column))
  })

interface Narrowing {
  /** The subject of the finding. */
  readonly about: string
  readonly message: string
  readonly fix: string
}

/** `empty` are the tables for which no rows could be generated, in this version or before it. */
function narrowings(
  trace: TableTrace,
  step: ReplayedStep,
  empty: ReadonlySet<string>,
): Narrowing[] {
  const { after } = trace
  if (!after || isEmptied(after, step)) return []
  const proven = isProven(trace, step, empty)
  const { inTime, inTheEnd } = proven ? completedColumns(trace, step) : NOTHING_MENDED
  const tried = triedIn(after, step)
  const settled = new Set(tried.flatMap((one) => one.keys.map(columnsText)))
  const keys = addedForeignKeys(trace, step).filter(
    ({ replaces, columns, columnsNow }) =>
      !settled.has(columnsText(columnsNow)) &&
      (!proven || !(replaces || columns.some((name) => inTheEnd.has(foldCase(name))))),
  )
  const unrepaired = { ...trace, columns: trace.columns.filter((one) => !isIn(inTime, one)) }
  const nulls = namesIn(tried.flatMap((one) => one.nulls))
  const untried = unrepaired.columns.filter((one) => !isIn(nulls, one))
  const met = new Set(tried.flatMap((one) => one.checks))
  return [
    ...requiredColumns({ ...trace, columns: untried }, after),
    ...numbered({ ...trace, columns: untried }, after, step),
    ...checks(trace, after, inTime).filter(({ check }) => !met.has(check)),
    ...foreignKeys(trace, keys, { ...step, names: formerNames(step) }),
    ...lengths(unrepaired, after),
    ...strictness(trace, after, inTime),
  ]
}

const namesIn = (names: readonly string[]): Set<string> => new Set(names.map(foldCase))

const columnsText = (names: readonly string[]): string => foldCase(JSON.stringify(names))

const NOTHING_MENDED: CompletedColumns = { inTime: new Set(), inTheEnd: new Set() }

const isIn = (names: ReadonlySet<string>, { before }: Pick<ColumnTrace, 'before'>): boolean =>
  names.has(foldCase(before.name))

const triedIn = ({ name }: CatalogTable, step: ReplayedStep): FactOf<'rows-tried'>[] =>
  factsIn(step, 'rows-tried').filter(({ table }) => isSameName(table, name))

/** Whether none of the earlier rows remain, so that no constraint affects them. */
const isEmptied = (table: CatalogTable, step: ReplayedStep): boolean =>
  triedIn(table, step).some(({ emptied }) => emptied)

/** Whether rows with every value that the old table allows passed the step. */
const isProven = (
  { before, after }: TableTrace,
  step: ReplayedStep,
  empty: ReadonlySet<string>,
): boolean =>
  factsIn(step, 'unproven').length === 0 &&
  factsIn(step, 'ran-away').every(({ rows }) => rows === 'moderate') &&
  ![before, after].some((table) => table && empty.has(foldCase(table.name)))

function requiredColumns({ before: old, columns }: TableTrace, table: CatalogTable): Narrowing[] {
  return columns.flatMap(({ before, after }) => {
    if (!after?.notNull || !mayBeNull(before, old)) return []
    const [rows, column] = [sqlName(old.name), sqlName(before.name)]
    return {
      about: columnSubject(old.name, before.name),
      message: `makes ${table.name}.${after.name} NOT NULL, and fails if a row has NULL there`,
      fix: `Fill such rows first: \`UPDATE ${rows} SET ${column} = … WHERE ${column} IS NULL\`, or with an expression in the copy, as in \`coalesce(${column}, …)\`.`,
    }
  })
}

/** No row fails on that. */
const numbered = (trace: TableTrace, table: CatalogTable, step: ReplayedStep): Narrowing[] =>
  numberedColumns(trace, step).map(({ before, after }) => {
    const column = sqlName(before.name)
    return {
      about: columnSubject(trace.before.name, before.name),
      message: `makes ${table.name}.${after?.name} the INTEGER PRIMARY KEY: SQLite assigns a number to a row with NULL there, perhaps that of another row`,
      fix: `Leave such rows out of the copy, as in \`WHERE ${column} IS NOT NULL\`, or assign their number in it.`,
    }
  })

function checks(
  trace: TableTrace,
  table: CatalogTable,
  repaired: ReadonlySet<string>,
): (Narrowing & { readonly check: string })[] {
  const narrowed = narrowedChecks(trace).filter(({ check }) => !isMet(check, trace, repaired))
  return narrowed.map(({ check, asked, was }) => ({
    check,
    about: sqlName(trace.before.name),
    message: `${was === null ? `adds CHECK (${check}) to` : `replaces CHECK (${was}) with CHECK (${check}) in`} ${table.name}, which existing rows never had to satisfy: the step fails if one does not`,
    fix: `Find such rows with \`SELECT * FROM ${sqlName(trace.before.name)} WHERE NOT (${asked})\` and change them first.`,
  }))
}

/** Whether the step computes a value for each part of a check about existing columns. */
function isMet(check: string, { columns }: TableTrace, repaired: ReadonlySet<string>): boolean {
  return check.split(' and ').every((part) => {
    const judged = columns.filter(({ after }) => after && mentions(part, after.name))
    return judged.length === 0 || judged.some((one) => isIn(repaired, one))
  })
}

function foreignKeys(
  trace: TableTrace,
  keys: readonly AddedForeignKey[],
  { before, names }: Pick<ReplayedStep, 'before'> & { readonly names: FormerNames },
): Narrowing[] {
  return keys.map(({ table, columns, parent, parentColumns }) => {
    const [child, key] = [sqlName(trace.before.name), sqlName(columns[0] ?? '')]
    const there = sqlName(names.column(parent, parentColumns[0] ?? 'rowid'))
    const old = tableIn(before, names.table(parent))
    const named = old && columnOf(old, names.column(parent, parentColumns[0] ?? ''))
    // `NOT IN` is never true if the list has a NULL.
    const filled = named && mayBeNull(named, old) ? ` WHERE ${there} IS NOT NULL` : ''
    const isBlank = columnOf(trace.before, columns[0] ?? '')?.default === "''"
    const found = `SELECT * FROM ${child} WHERE ${key} NOT IN (SELECT ${there} FROM ${sqlName(names.table(parent))}${filled})`
    return {
      about: columnSubject(trace.before.name, columns[0] ?? ''),
      message: `adds a foreign key from ${table} (${columns.join(', ')}) to ${parent}, which existing rows never had to satisfy: the step fails if a row has no parent${isBlank ? `, as one with the default '' of ${columns[0]} may` : ''}`,
      fix: `Find such rows${columns.length === 1 ? ` with \`${found}\`` : ''} and change them first.`,
    }
  })
}

function lengths(trace: TableTrace, table: CatalogTable): Narrowing[] {
  return typesChangedIn(trace).flatMap((changed) => {
    const [was, is] = [lengthOf(changed.before), lengthOf(changed.after)]
    if (changed.kind !== 'length' || is === null) return []
    if (was !== null && was <= is) return []
    const column = sqlName(changed.before.name)
    return {
      about: columnSubject(trace.before.name, changed.before.name),
      message: `declares ${table.name}.${changed.after.name} as ${changed.after.type} instead of ${changed.before.type}. SQLite does not enforce the length: longer values stay, and code that trusts the declaration runs into them`,
      fix: `Shorten longer values, \`SELECT * FROM ${sqlName(trace.before.name)} WHERE length(${column}) > ${is}\`, and enforce the length with a CHECK.`,
    }
  })
}

function strictness(
  { before }: TableTrace,
  table: CatalogTable,
  repaired: ReadonlySet<string>,
): Narrowing[] {
  const typed = before.columns.find(
    (column) =>
      !/^any$/i.test(column.type) &&
      !isRowid(before, column) &&
      !isIn(repaired, { before: column }),
  )
  if (!table.strict || before.strict || !typed) return []
  const [rows, column] = [sqlName(before.name), sqlName(typed.name)]
  return [
    {
      about: rows,
      message: `makes ${table.name} STRICT, and fails if a column holds a value of another type, which was allowed until now`,
      fix: `Check what the columns hold, \`SELECT typeof(${column}), count(*) FROM ${rows} GROUP BY 1\` for each, and convert what does not fit first.`,
    },
  ]
}
