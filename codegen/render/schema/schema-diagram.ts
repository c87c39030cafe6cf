// Renders the tables and their foreign keys as a Mermaid diagram, whatever their names.
import type { CatalogForeignKey, CatalogTable } from '../../model/catalog.js'
import { foldCase } from '../../../src/sql/names.js'

/** The diagram's text. Tables without columns to show are drawn as a name alone; parents that do not exist are left out. */
export function renderDiagram(tables: readonly CatalogTable[]): string {
  const entities = entityNames(tables)
  const lines = tables.flatMap((table) => [
    ...renderEntity(table, entities.get(foldCase(table.name))!),
    ...table.foreignKeys.flatMap((key) => renderRelation(table, key, entities)),
  ])
  return ['erDiagram', ...lines.map((line) => `  ${line}`)].join('\n')
}

/** A name for each table, by its own name in lower case. */
function entityNames(tables: readonly CatalogTable[]): ReadonlyMap<string, string> {
  const taken = new Set<string>()
  return new Map(
    tables.map(({ name }) => {
      const plain = name.replace(UNDRAWABLE, '_').trim() || '_'
      let entity = plain
      for (let number = 2; taken.has(entity); number++) entity = `${plain}_${number}`
      taken.add(entity)
      return [foldCase(name), isPlain(entity) ? entity : `"${entity}"`]
    }),
  )
}

/** Characters that are not allowed in a name in double quotes. */
const UNDRAWABLE = /["%\\`\p{C}\p{Z}]+/gu

/** Words of Mermaid's own: as bare names they would be read as something else. */
const WORDS =
  /^(?:acc(?:descr|title)|class(?:def)?|direction|erdiagram|many|one|only|optionally|style|title|to|u|zero|tb|bt|lr|rl|end|graph|subgraph)$/i

const isPlain = (name: string): boolean => /^[A-Za-z]\w*$/.test(name) && !WORDS.test(name)

function renderEntity(table: CatalogTable, entity: string): string[] {
  const columns = table.columns.filter(({ hidden }) => !hidden)
  if (columns.length === 0) return [entity]
  const names = attributeNames(columns.map(({ name }) => name))
  return [
    `${entity} {`,
    ...columns.map(({ name, type }, at) => {
      const keys = keysOf(table, name).join(', ')
      return `  ${attribute(type.replace(/\s*\(.*$/s, '') || 'any')} ${names[at]!}${keys && ` ${keys}`}`
    }),
    '}',
  ]
}

function attributeNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const plain = attribute(name)
    let found = plain
    for (let number = 2; taken.has(found); number++) found = `${plain}_${number}`
    taken.add(found)
    return found
  })
}

/** All versions of Mermaid read only ASCII letters, digits and underscores. Its words for keys cannot be a name. */
function attribute(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9_]+/g, '_')
  if (/^[pfu]k$/i.test(plain)) return `${plain}_`
  return /^[A-Za-z]/.test(plain) ? plain : `c${plain.startsWith('_') ? '' : '_'}${plain}`
}

function keysOf(table: CatalogTable, column: string): string[] {
  const isIt = (name: string): boolean => foldCase(name) === foldCase(column)
  const found = table.columns.find(({ name }) => isIt(name))
  const isForeign = table.foreignKeys.some(({ columns }) => columns.some(isIt))
  return [
    ...(found?.primaryKey ? ['PK'] : []),
    ...(isForeign ? ['FK'] : []),
    ...(!found?.primaryKey && isUnique(table, [column]) ? ['UK'] : []),
  ]
}

function isUnique(table: CatalogTable, columns: readonly string[]): boolean {
  const wanted = columns.map(foldCase).sort().join('\n')
  const primary = table.columns.filter(({ primaryKey }) => primaryKey > 0).map(({ name }) => name)
  return [...table.uniques, primary].some((one) => one.map(foldCase).sort().join('\n') === wanted)
}

/** Parent first: one or none if the key may be NULL, and at most one child if the key is unique. */
function renderRelation(
  table: CatalogTable,
  { columns, parent }: CatalogForeignKey,
  entities: ReadonlyMap<string, string>,
): string[] {
  const to = entities.get(foldCase(parent))
  if (to === undefined) return []
  const isIt = (name: string) => columns.some((one) => foldCase(one) === foldCase(name))
  const isOptional = table.columns.some(({ name, notNull }) => isIt(name) && !notNull)
  const ends = `${isOptional ? '|o' : '||'}--${isUnique(table, columns) ? 'o|' : 'o{'}`
  const label = columns.join(', ').replace(UNDRAWABLE, ' ').trim() || '_'
  return [`${to} ${ends} ${entities.get(foldCase(table.name))!} : "${label}"`]
}
