// Renders SCHEMA.md: the schema for people, with the version that introduced each part.
import type {
  CatalogIndex,
  CatalogTable,
  CatalogTrigger,
  CatalogView,
  CatalogColumn,
} from '../../model/catalog.js'
import { piecesOf, type Parts } from '../../model/generated-file.js'
import type { Proof } from '../../model/evidence.js'
import { versionId } from '../../../src/model/version.js'
import type { OrderedSchema, SchemaPart } from './order-schema.js'
import type { RegistryItem } from '../../model/registry-item.js'
import { eventOf, indexedBy, renderStatement } from './render-statement.js'
import type { SchemaRows } from './row-columns.js'
import { renderDiagram } from './schema-diagram.js'
import { schemaOrigins, type ObjectOrigin } from './schema-origins.js'
import { foldCase } from '../../../src/sql/names.js'
import type { ColumnLimits } from './check-limits.js'
import { visibleText } from '../../diagnostics/visible-text.js'

/** The origin of everything on the page. */
export interface PageHistory {
  readonly proof: Proof
  readonly items: readonly RegistryItem[]
}

/** The page below its header, not yet formatted. */
export function renderSchemaPage(
  schema: OrderedSchema,
  rows: SchemaRows,
  { proof, items }: PageHistory,
): Parts {
  const { tables } = schema
  const origins = schemaOrigins(proof)
  const names = new Map(items.map(({ migration }) => [migration.version, migration.name]))
  const context: Context = { origins, names, rows }
  return [
    `# Database schema\n\n${renderSummary(schema, proof, context)}`,
    ...(tables.length > 0
      ? [
          `\n## Diagram\n\n${codeBlock('mermaid', renderDiagram(tables.map(({ object }) => object)))}`,
          '\n## Tables\n',
        ]
      : []),
    ...piecesOf(tables.map((part) => `\n${renderTable(part, context)}`)),
    ...(schema.views.length > 0 ? ['\n## Views\n'] : []),
    ...piecesOf(schema.views.map((part) => `\n${renderView(part, context)}`)),
  ]
}

interface Context {
  readonly origins: ReadonlyMap<string, ObjectOrigin>
  /** Names of migrations by version. */
  readonly names: ReadonlyMap<number, string>
  readonly rows: SchemaRows
}

type Shown = CatalogTable | CatalogIndex | CatalogTrigger | CatalogView

const originOf = ({ type, name }: Shown, { origins }: Context): ObjectOrigin =>
  origins.get(`${type} ${foldCase(name)}`) ?? { version: 0, columns: new Map() }

function renderMigration(version: number, { names }: Context): string {
  const name = names.get(version)
  return name === undefined ? versionId(version) : `${versionId(version)} ${code(name)}`
}

function renderSummary({ tables, views }: OrderedSchema, proof: Proof, context: Context): string {
  const head = proof.versions.at(-1)
  if (!head) return 'There are no migrations yet.\n'
  const counts = [count(tables.length, 'table'), count(views.length, 'view')].filter(Boolean)
  const what = counts.length > 0 ? counts.join(' and ') : 'No tables'
  return `${what} after version ${renderMigration(head.version, context)}.\n`
}

const count = (number: number, what: string): string =>
  number === 0 ? '' : `${number} ${what}${number === 1 ? '' : 's'}`

function renderTable(part: SchemaPart<CatalogTable>, context: Context): string {
  const { object: table } = part
  const { version, columns } = originOf(table, context)
  const limits = context.rows.limits.get(table)
  const nullable = new Set(
    context.rows.tables.get(table)?.flatMap((one) => (one.nullable ? [one.name] : [])),
  )
  const rows = table.columns
    .filter(({ hidden }) => !hidden)
    .map((column) => [
      codeCell(column.name),
      column.type === '' ? '' : codeCell(column.type),
      nullable.has(column.name) ? 'yes' : 'no',
      column.default === null ? '' : codeCell(column.default),
      describeColumn(column, table, limits?.get(foldCase(column.name))),
      versionId(columns.get(foldCase(column.name)) ?? version),
    ])
  return [
    `### ${code(table.name)}\n`,
    `Since ${renderMigration(version, context)}.${renderOptions(table)}\n`,
    markdownTable(['Column', 'Type', 'Null', 'Default', 'Notes', 'Since'], rows),
    ...renderList('Foreign keys', table.foreignKeys.map(renderForeignKey)),
    ...renderParts(part, context),
  ].join('\n')
}

function renderOptions({ strict, withoutRowid, module }: CatalogTable): string {
  const options = [
    ...(strict ? ['STRICT'] : []),
    ...(withoutRowid ? ['WITHOUT ROWID'] : []),
    ...(module === null ? [] : [`A virtual table of ${code(module)}`]),
  ]
  return options.length === 0 ? '' : ` ${options.join(', ')}.`
}

function renderForeignKey(key: CatalogTable['foreignKeys'][number]): string {
  const target = key.parentColumns.length > 0 ? ` (${listed(key.parentColumns)})` : ''
  const actions = [
    ...(key.onDelete === 'NO ACTION' ? [] : [`on delete ${foldCase(key.onDelete)}`]),
    ...(key.onUpdate === 'NO ACTION' ? [] : [`on update ${foldCase(key.onUpdate)}`]),
  ]
  const effect = actions.length > 0 ? `: ${actions.join(', ')}` : ''
  return `${listed(key.columns)} → ${code(key.parent)}${target}${effect}`
}

const listed = (names: readonly string[]): string => names.map(code).join(', ')

function renderParts({ indexes, triggers }: SchemaPart, context: Context): string[] {
  const since = (part: Shown): string => `since ${versionId(originOf(part, context).version)}`
  return [
    ...renderList(
      'Indexes',
      indexes.map((one) => {
        const unique = one.unique ? 'unique, ' : ''
        return `${code(one.name)}: ${code(indexedBy(one))}, ${unique}${since(one)}`
      }),
    ),
    ...renderList(
      'Triggers',
      triggers.map((one) => `${code(one.name)}: ${code(eventOf(one))}, ${since(one)}`),
    ),
  ]
}

function renderList(heading: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  return [`**${heading}**\n`, lines.map((line) => `- ${line}\n`).join('')]
}

function renderView(part: SchemaPart<CatalogView>, context: Context): string {
  const { object: view } = part
  const rows = (context.rows.views.get(view) ?? []).map(({ name, type, nullable }) => [
    codeCell(name),
    codeCell(type),
    nullable ? 'yes' : 'no',
  ])
  return [
    `### ${code(view.name)}\n`,
    `Since ${renderMigration(originOf(view, context).version, context)}.\n`,
    markdownTable(['Column', 'Value', 'Null'], rows),
    codeBlock('sql', renderStatement(view)),
    ...renderParts(part, context),
  ].join('\n')
}

/** Notes on a column as Markdown for a cell: keys, generation, allowed values; '' when there is nothing to say. */
function describeColumn(
  column: CatalogColumn,
  table: CatalogTable,
  limits: ColumnLimits | undefined,
): string {
  const isIt = (name: string): boolean => foldCase(name) === foldCase(column.name)
  const isUnique =
    column.primaryKey === 0 &&
    table.uniques.some((columns) => columns.length === 1 && columns.every(isIt))
  return [
    ...(column.primaryKey > 0 ? ['primary key'] : []),
    ...(column.primaryKey > 0 && table.autoincrement ? ['autoincrement'] : []),
    ...(isUnique ? ['unique'] : []),
    ...(column.generated === null ? [] : [`generated, ${column.generated}`]),
    ...(limits?.values?.length ? [`one of ${limits.values.map(codeCell).join(', ')}`] : []),
    ...table.foreignKeys
      .filter(({ columns }) => columns.some(isIt))
      .map(({ parent }) => `→ ${codeCell(parent)}`),
  ].join(', ')
}

/** A text as code: a name, a type, a piece of SQL. Ends of lines become spaces. */
function code(text: string): string {
  const line = visibleText(text.replace(/\s+/g, ' '))
  const fence = fenceFor(line, 1)
  if (line.trim() === '') return `${fence}"${line}"${fence}`
  const padding = /^`|`$/.test(line) ? ' ' : ''
  return `${fence}${padding}${line}${padding}${fence}`
}

/** The same within a table, where a bar would end the cell even in code. */
const codeCell = (text: string): string => code(text).replaceAll('|', '\\|')

/** Several lines of code in a language. */
function codeBlock(language: string, text: string): string {
  const fence = fenceFor(text, 3)
  const shown = text.trimEnd().replace(/[^\n\t]+/g, visibleText)
  return `${fence}${language}\n${shown}\n${fence}\n`
}

/** At least this many backticks, and more than the longest run of backticks in the text. */
function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  return '`'.repeat(Math.max(least, longest + 1))
}

/** A Markdown table with a heading; the cells contain Markdown. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('')
}
