// What taking a database over would record, as a person reads it before confirming. Pure.
import type { Adoption } from '../../model/adoption.js'
import { columns } from './columns.js'
import { count, moment } from './quantities.js'
import type { Style } from './style.js'

/** Where it comes from, and every migration beside the row that stands for it; never shortened. */
export function renderAdoption(adoption: Adoption, database: string, style: Style): string {
  const { migrations, renames } = adoption
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
  ]
  return blocks.filter((block) => block !== '').join('\n\n')
}

function origin({ layout, table, by, migrations }: Adoption): string {
  const applied = migrations.length === 0 ? 'no migration' : count(migrations.length, 'migration')
  if (layout === 'version') return `${applied} applied, as you say`
  const source = [layout === 'table' ? null : layout, table === layout ? null : table]
  const where = source.filter((part) => part !== null).join(', table ')
  return `${layout === 'table' ? 'table ' : ''}${where}: ${applied} applied, mapped by ${by}`
}
