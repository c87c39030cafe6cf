// Checks whether a table has what its change names, and whether the change can be made. Pure.
import { rowidColumn } from '../model/rowid-column.js'
import { foldCase, isSameName } from '../../src/sql/names.js'
import type { Catalog, CatalogTable } from '../model/catalog.js'
import type { Diagnostic } from '../model/diagnostic.js'
import { alterRefused } from './alter-problems.js'
import { checkNames, checkParent, unknownTable } from './check-names.js'
import { isComputed, readColumn } from './column-text.js'
import { bare, isOnePiece, lacksValue, newColumn } from './new-column.js'
import { isValueWord } from '../sql/sql-name.js'
import { partOf, tableFacts, type TableFacts } from './table-facts.js'
import type { Alteration, ColumnWish, Declared, TableChange } from '../model/migration.js'
import { tableIn } from '../model/in-catalog.js'

/** The tables that a declaration names, or the problems in those names. */
export function findTables(
  { tables }: Alteration,
  catalog: Catalog,
): { readonly facts: readonly (TableFacts | null)[]; readonly problems: readonly Diagnostic[] } {
  const problems: Diagnostic[] = []
  const facts = tables.map(({ table: { value, position } }, at) => {
    if (tables.slice(0, at).some(({ table }) => isSameName(table.value, value)))
      problems.push(
        alterRefused(position, `${value} is named twice`, 'Declare all of it in one place.'),
      )
    const found = tableIn(catalog, value)
    if (!found) {
      problems.push(
        catalog.has(`view ${foldCase(value)}`)
          ? alterRefused(position, `${value} is a view`, 'Recreate it in `up`.')
          : unknownTable({ value, position }, catalog),
      )
      return null
    }
    const own = found.module === null ? tableFacts(found, catalog) : null
    if (!own)
      problems.push(
        alterRefused(position, `${value} is a virtual table`, 'Create and fill a new one in `up`.'),
      )
    return own
  })
  return { facts, problems }
}

/** The problems in the names and texts of a change. */
export function checkChange(change: TableChange, facts: TableFacts): Diagnostic[] {
  const { table } = facts
  const wrong = checkNames(change, facts)
  if (wrong.length > 0) return wrong
  return [
    ...checkTwice(change.drop),
    ...checkNewNames(change, table),
    ...[...change.add, ...change.change].flatMap(checkTexts),
    ...change.add.flatMap(checkAdded),
    ...change.change.flatMap((wish) => checkChanged(wish, change, facts)),
    ...change.checks.add.flatMap((one) => checkText(one, 'an expression')),
    ...change.foreignKeys.add.flatMap((wish) => checkParent(wish, facts)),
  ]
}

const checkTwice = (drop: TableChange['drop']): Diagnostic[] =>
  drop
    .filter(({ value }, at) => drop.slice(0, at).some((one) => isSameName(one.value, value)))
    .map(({ value, position }) =>
      alterRefused(position, `\`drop\` names ${value} twice`, 'Name each column once.'),
    )

function checkNewNames({ add, rename, drop }: TableChange, table: CatalogTable): Diagnostic[] {
  const taken = table.columns.map(({ name }) => name)
  const problems = add.flatMap(({ column: { value, position } }) =>
    taken.some((name) => isSameName(name, value))
      ? [
          alterRefused(
            position,
            `${table.name} has a column ${value} before this step`,
            'Give the new one another name, use `change` to change the existing one, or add it in the next migration.',
          ),
        ]
      : [],
  )
  const gone = [...drop, ...rename.map(({ from }) => from)]
  const left = taken.filter((name) => !gone.some(({ value }) => isSameName(value, name)))
  const final = [...left, ...add.map(({ column }) => column.value)]
  for (const { to } of rename) {
    if (final.some((name) => isSameName(name, to.value)))
      problems.push(
        alterRefused(
          to.position,
          `${table.name} has, or gets, another column ${to.value}`,
          'Choose another name.',
        ),
      )
    final.push(to.value)
  }
  for (const { from } of rename)
    if (drop.some(({ value }) => isSameName(value, from.value)))
      problems.push(
        alterRefused(from.position, `${from.value} is dropped as well`, 'Keep one of the two.'),
      )
  return problems
}

function checkTexts({ definition, type, default: value, using, back }: ColumnWish): Diagnostic[] {
  return [
    ...(definition ? checkText(definition, 'the definition of one column') : []),
    ...(type ? checkType(type) : []),
    ...(value?.value != null ? checkDefault(value as Declared<string>) : []),
    ...[using, back].flatMap((one) => (one ? checkText(one, 'an expression') : [])),
  ]
}

function checkType(type: Declared<string>): Diagnostic[] {
  const { value, position } = type
  const { clauses } = readColumn(`x ${bare(value)}`)
  // A collation has no member of its own.
  const clause = clauses.find(({ kind }) => kind !== 'collate')
  if (!isOnePiece(value) || !clause) return checkText(type, 'a type')
  return [
    alterRefused(
      position,
      `\`${value}\` is more than a type`,
      'Give only the type; for the rest there are `notNull`, `default`, `checks` and `foreignKeys`. To make the column a computed one, drop it here, and add it in the next migration.',
    ),
  ]
}

/** Unquoted words are not a text, though they look like one. */
function checkDefault(wanted: Declared<string>): Diagnostic[] {
  const { value, position } = wanted
  if (!BARE_WORDS.test(value.trim()) || isValueWord(value.trim()))
    return checkText(wanted, 'a value in SQL')
  return [
    alterRefused(
      position,
      `\`${value}\` is not an SQL value`,
      `A text needs quotes there: \`default: "'${value.trim()}'"\`.`,
    ),
  ]
}

const BARE_WORDS = /^[^\W\d]\w*(?:\s+\w+)*$/

function checkText({ value, position }: Declared<string>, what: string): Diagnostic[] {
  if (what === 'an expression' && bare(value) === '')
    return [
      alterRefused(position, 'an empty text is not an expression', 'Write one, or leave it out.'),
    ]
  if (isOnePiece(value)) return []
  const fix = `Write ${what}, without \`;\` and without parameters, which would have no value.`
  return [alterRefused(position, `\`${value}\` is not ${what}`, fix)]
}

function checkAdded(wish: ColumnWish): Diagnostic[] {
  const text = newColumn(wish)
  const { position, value } = wish.column
  const problems =
    lacksValue(text) && !wish.using
      ? [
          alterRefused(
            position,
            `existing rows would have no value in ${value}, which is NOT NULL`,
            `Give it a default, or \`using\` with an expression over the row: \`${value}: { type: …, notNull: true, using: … }\`.`,
          ),
        ]
      : []
  const column = readColumn(text)
  if (column.clauses.some(({ kind }) => kind === 'primary'))
    problems.push(
      alterRefused(
        position,
        'the primary key of a table cannot change',
        'Create a new table, and copy the rows.',
      ),
    )
  return problems
}

function checkChanged(wish: ColumnWish, { drop }: TableChange, facts: TableFacts): Diagnostic[] {
  const { value, position } = wish.column
  const part = partOf(facts.text.parts, value)
  const refuse = (why: string, fix: string): Diagnostic[] => [alterRefused(position, why, fix)]
  if (drop.some((one) => isSameName(one.value, value)))
    return refuse(`${value} is dropped as well`, 'Keep one of the two.')
  if (part && isComputed(readColumn(part.text)))
    return refuse(
      `${value} is computed from other columns`,
      'Drop it, and add the new one in the next migration.',
    )
  if (
    isSameName(rowidColumn(facts.table)?.name ?? '', value) &&
    (wish.type ?? wish.default ?? wish.using)
  )
    return refuse(
      `${value} is the rowid, which identifies the rows`,
      'Leave type, default and value of an INTEGER PRIMARY KEY as they are.',
    )
  return []
}
