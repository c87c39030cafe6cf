// Renders schema.ts: the row types of tables and views, for the database client and for Kysely.
import { jsonText, visibleText } from '../../diagnostics/visible-text.js'
import { piecesOf, type Parts } from '../../model/generated-file.js'
import { renderLiteral } from '../registry/render-literal.js'
import type { RowColumn, SchemaRows } from './row-columns.js'
import { typeNames, type TypeNames } from './type-names.js'

/** The text of schema.ts below its header, not yet formatted. It imports nothing; Kysely recognizes its types by their shape. */
export function renderSchemaTypes(rows: SchemaRows): Parts {
  const tables = [...rows.tables].map(([{ name }, row]) => ({ name, row }))
  const viewed = [...rows.views].map(([{ name }, row]) => ({ name, row }))
  const names = typeNames([...tables, ...viewed].map(({ name }) => name))
  const all = [...tables, ...viewed].map(({ name, row }) => ({
    name,
    row,
    types: names.get(name)!,
  }))
  return [
    CONVERSIONS,
    ...(viewed.length > 0 ? [`\n${VIEWS}`] : []),
    `\n${renderDatabase(all)}`,
    ...piecesOf(
      all.map((one, at) => `\n${at < tables.length ? renderTable(one) : renderView(one)}`),
    ),
  ]
}

interface Part {
  readonly name: string
  readonly row: readonly RowColumn[]
  readonly types: TypeNames
}

const CONVERSIONS = `// Whole numbers are of the type number. A client that is told to answer bigint (safeIntegers) needs other types.

/** A column that SELECT, INSERT and UPDATE see with different types. Kysely's own type of this name has the same shape. */
export type ColumnType<Select, Insert = Select, Update = Select> = {
  readonly __select__: Select
  readonly __insert__: Insert
  readonly __update__: Update
}
/** A column that INSERT may leave out, because the database has a value for it. */
export type Generated<T> = ColumnType<T, T | undefined, T>
/** A column that can only be read. */
export type Computed<T> = ColumnType<T, never, never>
`

/** If all columns of a view were omitted from INSERT, Kysely would accept any values for it. */
const VIEWS = `/** A column of a view, which no row is inserted into. */
export type Viewed<T> = ColumnType<T, NotInserted, never>
/** What no value is. */
export interface NotInserted {
  readonly __not_inserted__: never
}
`

function renderDatabase(parts: readonly Part[]): string {
  const fields = parts.map(({ name, types }) => `${propertyKey(name)}: ${types.table}\n`)
  return `/** All tables and views: \`new Kysely<Database>(…)\`. */\nexport interface Database {\n${fields.join('')}}\n`
}

function renderTable({ name, row, types }: Part): string {
  const insertable = row.filter(({ insert }) => insert !== 'never')
  return [
    renderInterface(types.row, `A row of the table ${inComment(name)}.`, row.map(selectField)),
    renderInterface(types.insert, `A new row for ${inComment(name)}.`, insertable.map(insertField)),
    `/** New values for a row of ${inComment(name)}. */\nexport type ${types.update} = Partial<${types.insert}>\n`,
    renderInterface(types.table, `The table ${inComment(name)} for Kysely.`, row.map(kyselyField)),
  ].join('\n')
}

function renderView({ name, row, types }: Part): string {
  return [
    renderInterface(types.row, `A row of the view ${inComment(name)}.`, row.map(selectField)),
    renderInterface(types.table, `The view ${inComment(name)} for Kysely.`, row.map(viewedField)),
  ].join('\n')
}

const renderInterface = (name: string, meaning: string, fields: readonly string[]): string =>
  `/** ${meaning} */\nexport interface ${name} {\n${fields.map((field) => `${field}\n`).join('')}}\n`

const selectField = (column: RowColumn): string =>
  `${propertyKey(column.name)}: ${withNull(column)}`

const insertField = (column: RowColumn): string =>
  `${propertyKey(column.name)}${column.insert === 'optional' ? '?' : ''}: ${withNull(column)}`

/** Kysely lets INSERT omit nullable columns. */
function kyselyField(column: RowColumn): string {
  const type = withNull(column)
  const key = propertyKey(column.name)
  if (column.insert === 'never') return `${key}: Computed<${type}>`
  const isPlain = column.nullable || column.insert === 'required'
  return `${key}: ${isPlain ? type : `Generated<${type}>`}`
}

const viewedField = (column: RowColumn): string =>
  `${propertyKey(column.name)}: Viewed<${withNull(column)}>`

const withNull = ({ type, nullable }: RowColumn): string => (nullable ? `${type} | null` : type)

/** A template, which texts of several lines would become, cannot name a property. */
function propertyKey(name: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(name)) return name
  return name.includes('\n') ? jsonText(name) : renderLiteral(name)
}

const inComment = (name: string): string =>
  `\`${visibleText(name.replace(/\s+/g, ' ')).replaceAll('*/', '* /')}\``
