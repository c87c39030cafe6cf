// What taking a database over would record, as a person reads it before confirming. Pure.
import type { Adoption, RecognizedSchema } from '../../model/adoption.js'
import { versionId } from '../../model/version.js'
import { columns } from './columns.js'
import { count, moment } from './quantities.js'
import type { Style } from './style.js'

/** Where it comes from, and every migration beside the row that stands for it; never shortened. */
export function renderAdoption(adoption: Adoption, database: string, style: Style): string {
  const { migrations, renames, schema } = adoption
  const rows = migrations.map(({ id, name, row, appliedAt }) => [
    id,
    name,
    row === null ? '' : style.dim(`← ${row}`),
    style.dim(appliedAt === null ? '' : moment(appliedAt)),
  ])
  const blocks = [
    `${style.bold(database)}  ${origin(adoption)}`,
    columns(rows)
      .map((line) => `  ${line}`)
      .join('\n'),
    renames ? `The table ${renames.table} is kept as ${renames.to}.` : '',
    schema ? doubts(schema) : '',
  ]
  return blocks.filter((block) => block !== '').join('\n\n')
}

/** What the schema did not tell. */
function doubts({ foreign, traceless }: RecognizedSchema): string {
  const left =
    foreign.length > 0 ? [`Not of these migrations, and left alone: ${foreign.join(', ')}.`] : []
  const trusted =
    traceless.length > 0
      ? [
          `${traceless.map(versionId).join(', ')} ${traceless.length === 1 ? 'leaves' : 'leave'} no trace in the schema; what comes later tells that ${traceless.length === 1 ? 'it' : 'they'} ran.`,
        ]
      : []
  return [...left, ...trusted].join('\n')
}

function origin({ layout, table, by, migrations, schema }: Adoption): string {
  const applied = migrations.length === 0 ? 'no migration' : count(migrations.length, 'migration')
  if (layout === 'version') return `${applied} applied, as you say`
  if (schema)
    return `recognised by its schema: ${applied} applied; ${count(schema.compared, 'object')} compared, none differs`
  const source = [layout === 'table' ? null : layout, table === layout ? null : table]
  const where = source.filter((part) => part !== null).join(', table ')
  return `${layout === 'table' ? 'table ' : ''}${where}: ${applied} applied, mapped by ${by}`
}
