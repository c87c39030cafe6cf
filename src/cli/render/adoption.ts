// What taking a database over would record, as a person reads it before confirming. Pure.
import type { Adoption, RecognizedSchema } from '../../model/adoption.js'
import { versionId } from '../../model/version.js'
import { renderDifferences } from '../../schema/render-differences.js'
import { blocks } from './blocks.js'
import { columns } from './columns.js'
import { count, moment } from './quantities.js'
import type { Style } from './style.js'

/** Where it comes from, and every migration beside the row that stands for it; never shortened. */
export function renderAdoption(adoption: Adoption, database: string, style: Style): string[] {
  const { migrations, renames, schema } = adoption
  const rows = migrations.map(({ id, name, row, appliedAt }) => [
    id,
    name,
    row === null ? '' : style.dim(`← ${row}`),
    style.dim(appliedAt === null ? '' : moment(appliedAt)),
  ])
  return blocks(
    [`${style.bold(database)}  ${origin(adoption)}`],
    columns(rows).map((line) => `  ${line}`),
    renames ? [`The table ${renames.table} is kept as ${renames.to}.`] : [],
    schema ? doubts(schema, adoption.version) : [NOT_COMPARED],
  )
}

const NOT_COMPARED =
  'The registry does not say which schema a version has, so nothing was compared.'

/** How the schema is another, and what it did not tell. */
function doubts({ differences, foreign, traceless }: RecognizedSchema, version: number): string[] {
  const against = renderDifferences(differences).map((line) => `  ${line}`)
  const they = traceless.length === 1 ? 'it' : 'they'
  const trust = traceless.includes(version)
    ? `that ${they} ran is taken on your word`
    : `what comes later tells that ${they} ran`
  const rest = [
    ...(foreign.length > 0
      ? [`Not of these migrations, and left alone: ${foreign.join(', ')}.`]
      : []),
    ...(traceless.length > 0
      ? [
          `${traceless.map(versionId).join(', ')} ${they === 'it' ? 'leaves' : 'leave'} no trace in the schema; ${trust}.`,
        ]
      : []),
  ]
  return blocks(against.length > 0 ? ['The schema is another:', ...against] : [], rest)
}

function origin({ layout, table, by, migrations, schema, forced }: Adoption): string {
  const applied = migrations.length === 0 ? 'no migration' : count(migrations.length, 'migration')
  const compared =
    forced || !schema ? '' : `; ${count(schema.compared, 'object')} compared, none differs`
  if (layout === 'version') return `${applied} applied, as you say${compared}`
  if (layout === 'schema') return `recognised by its schema: ${applied} applied${compared}`
  const source = [layout === 'table' ? null : layout, table === layout ? null : table]
  const where = source.filter((part) => part !== null).join(', table ')
  return `${layout === 'table' ? 'table ' : ''}${where}: ${applied} applied, mapped by ${by}${compared}`
}
