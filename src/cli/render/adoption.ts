// Renders what taking a database over would record, for confirmation. Pure.
import { BEYOND } from '../../plan/adopt/plan-adopt.js'
import type { Adoption, RecognizedSchema } from '../../model/adoption.js'
import type { SchemaDifference } from '../../model/verification.js'
import { versionId } from '../../model/version.js'
import { renderDifferences } from '../../schema/render-differences.js'
import { blocks, columns, type Style } from '../terminal/style.js'
import { count, moment } from '../terminal/quantities.js'

/** The source, and every migration beside its row; never shortened. */
export function renderAdoption(adoption: Adoption, database: string, style: Style): string[] {
  const { migrations, log, renames, schema, contradictions } = adoption
  const rows = migrations.map(({ id, name, row, appliedAt }) => [
    id,
    name,
    row === null ? '' : style.dim(`← ${row}`),
    style.dim(appliedAt === null ? '' : moment(appliedAt)),
  ])
  return blocks(
    [`${style.bold(database)}  ${origin(adoption)}`],
    columns(rows).map((line) => `  ${line}`),
    log ? reading(adoption.table, log) : [],
    renames ? renaming(renames) : [],
    contradictions.map((said) => `It is recorded although ${said}.`),
    schema ? doubts(adoption, schema) : [NOT_COMPARED],
  )
}

/** Columns whose names differ in case from those in the migrations. */
export const renderRespelled = (respelled: readonly SchemaDifference[]): string[] =>
  respelled.length === 0
    ? []
    : [RESPELLED, ...renderDifferences(respelled).map((line) => `  ${line}`)]

const RESPELLED =
  'Some columns are spelled differently in the migrations. Rows have the names on the right, the generated types those on the left:'

const NOT_COMPARED =
  'The registry does not say which schema a version has, so nothing was compared.'

const reading = (
  table: string | null,
  { order, undone }: NonNullable<Adoption['log']>,
): string[] => [
  `${table} is a log: the latest row of each migration counts, by its ${order}.${undone.length > 0 ? ` Undone, and so not applied: ${undone.join(', ')}.` : ''}`,
]

const renaming = ({ table, to, followers }: NonNullable<Adoption['renames']>): string[] => [
  `The table ${table} is kept as ${to}.`,
  ...(followers.length > 0
    ? [
        `What refers to it follows, and will not show what is applied from now on: ${followers.join(', ')}.`,
      ]
    : []),
]

/** How the schema differs, and what it did not show. */
function doubts(
  { source, table, version, renames }: Adoption,
  { differences, foreign, alike, traceless }: RecognizedSchema,
): string[] {
  const against = renderDifferences(differences).map((line) => `  ${line}`)
  const alone = foreign.filter((object) => renames?.followers.includes(object) !== true)
  const [leave, they] = traceless.length === 1 ? ['leaves', 'it'] : ['leave', 'they']
  const rest = [
    ...(alone.length > 0
      ? [`Not part of these migrations, and left alone: ${alone.join(', ')}.`]
      : []),
    ...(alike.length > 0
      ? [
          `The schema is also that of ${ids(alike)}; that ${versionId(version)} is the last one applied rests on ${source === '--at' ? 'your word' : `that of ${source === 'schema' ? table : source}`}.`,
        ]
      : []),
    ...(traceless.length > 0
      ? [`${ids(traceless)} ${leave} no trace in the schema: nothing shows that ${they} ran.`]
      : []),
  ]
  return blocks(against.length > 0 ? ['The schema differs:', ...against] : [], rest)
}

const ids = (versions: readonly number[]): string => versions.map(versionId).join(', ')

function origin({ layout, table, by, source, migrations, schema }: Adoption): string {
  const applied = migrations.length === 0 ? 'no migration' : count(migrations.length, 'migration')
  const compared =
    !schema || schema.differences.length > 0
      ? ''
      : `; ${count(schema.compared, 'object')} compared, none differs`
  if (layout === 'version' || layout === 'schema')
    return source === '--at'
      ? `${applied} applied, as given${compared}`
      : `recognised by its schema: ${applied} applied${compared}`
  const read = [layout === 'table' ? null : layout, table === layout ? null : table]
  const where = read.filter((part) => part !== null).join(', table ')
  return `${layout === 'table' ? 'table ' : ''}${where}: ${applied} applied, mapped by ${by}${BEYOND[source] ?? ''}${compared}`
}
