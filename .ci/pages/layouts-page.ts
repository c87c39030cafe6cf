// Renders the page of the layouts that `adopt` knows, from the descriptions that it uses itself.
import { LAYOUT_NAMES, type LayoutName } from '../../src/model/adoption.js'
import { LAYOUTS, type Layout } from '../../src/plan/adopt/layouts.js'
import { GENERATED } from './notice.js'

/** Markdown with every layout: how it is recognised, what is read, what is respected. */
export const layoutsPage = (): string =>
  [
    '# Layouts',
    GENERATED,
    'These are the tables that `lockstep adopt` knows. It records as applied what the table says is applied, runs nothing, ' +
      'and leaves the table as it is, unless that stands where the ledger belongs: then it is renamed.',
    [
      '| Layout | Recognised by | Migration | Time | Respected |',
      '| --- | --- | --- | --- | --- |',
      ...LAYOUT_NAMES.map(layoutRow),
    ].join('\n'),
    REST,
  ].join('\n\n')

const REST = `## Other tables

\`--from-table\` names a table or view of another name, \`--version-column\` and \`--name-column\` its columns, and
\`--where\` which rows count: an expression over the columns of the table.

## How rows become versions

By number if all rows have small ones, else by name (without number, date, extension, case and separators), else by position.
\`--by\` chooses one of these. \`adopt\` refuses

- a row that matches no migration, and a gap. In a table of no known tool, which may have rows for some versions only, the versions before the first row are recorded with it, and the schema decides if rows are missing in between;
- what a tool left failed or unfinished;
- a row with the number of one migration and the name of another, if the schema does not show whether that migration ran;
- a row that says of itself that it was not applied, or not wholly, in a column that no layout explains (\`status\`, \`success\`, \`rolled_back_at\`, \`error\`, \`finished_at\` and the like): it names the column, the value and the row, and you say with \`--where\` which rows count;
- a version that the table of another known tool in the same database contradicts, unless you \`--force\` it.

Rows that only have a position do not show whether a migration ran that leaves no trace in the schema. If an earlier version has
the same schema, the answer is \`ADOPT_SCHEMA_AMBIGUOUS\`, as it is without rows.

## The schema must match

Whatever says which version it is, the schema must be that version’s, object by object. Objects that these migrations never make
do not matter. Otherwise \`adopt\` shows what differs, and which versions the schema fits or is nearest to; \`--force\` with a
\`--reason\`, which the log keeps, records the version anyway. All of this needs a registry that was generated with replay; without
one, nothing is recorded unless forced.

Column names that differ from the migrations’ only in case are the same to SQL, but not in the rows that an application reads, so
\`adopt\` and \`verify\` list them (\`respelled\` in the JSON of \`adopt\`).

## Without a table

If there is no such table, or with \`--from schema\`, the schema tells the version: the one whose tables, indexes, views and triggers
are all there as it leaves them, while nothing is there that only other versions have. If the schema fits none, you see what differs
from the nearest. If it fits several, because a migration between them only changes data, \`--at\` states which; on a terminal you are
asked. \`PRAGMA user_version\` only counts with \`--from user_version\`, as it may be a number of the application’s own.

How an application takes over its installed databases: [Taking over installed databases](adopting-in-code.md).`

function layoutRow(name: LayoutName): string {
  if (name === 'settings')
    return row(
      name,
      'a table `settings` with the key `db_migration_version`',
      'the value',
      '`db_migration_last_run`',
      '',
    )
  if (name === 'user_version')
    return row(name, '`PRAGMA user_version` above 0', 'its value', '', '')
  if (name === 'schema') return row(name, 'none of the others', 'the schema', '', '')
  const layout = LAYOUTS[name]
  const columns = layout.columns.map(inCode).join(', ')
  return row(
    name,
    `\`${layout.table}\` with ${layout.exactly ? 'only ' : ''}${columns}`,
    [layout.number, layout.title]
      .filter((column) => column !== undefined)
      .map(inCode)
      .join(', ') || 'the order',
    layout.time === undefined ? '' : inCode(layout.time),
    respected(layout),
  )
}

const respected = ({ table, failed, undone, locked, through }: Layout): string =>
  [
    failed && `unfinished: ${inCode(failed)}`,
    undone && `taken back: ${inCode(undone)}`,
    locked && `at work: ${inCode(`${table}_lock.${locked}`)}`,
    through &&
      (through === '1' ? 'stands for all before' : `stands for all before: ${inCode(through)}`),
  ]
    .filter((part) => part !== undefined)
    .join('; ')

const row = (name: string, ...cells: readonly string[]): string =>
  `| ${[inCode(name), ...cells].join(' | ')} |`

const inCode = (text: string): string => `\`${text}\``
