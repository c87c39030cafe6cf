// The page of the layouts that `adopt` knows; from the descriptions that it works with.
import { LAYOUT_NAMES, type LayoutName } from '../../src/model/adoption.js'
import { LAYOUTS, type Layout } from '../../src/plan/adopt/layouts.js'
import { GENERATED } from './notice.js'

/** Markdown with every layout: what it is recognised by, what is read, what is respected. */
export const layoutsPage = (): string =>
  [
    '# Layouts',
    GENERATED,
    'What `lockstep adopt` knows by heart. It records as applied what the table says is applied, runs nothing, and ' +
      'leaves the table as it is; only one that stands in the ledger’s place is renamed. Tables of other names are ' +
      'named with `--from-table`, which takes a view as well, other layouts with `--version-column` and `--name-column` ' +
      'besides. `--where` says which rows count: an expression over the columns of the table.',
    'Whatever says which version it is, the schema must be that of it, object by object; what these migrations never make ' +
      'does not matter. Columns whose names are written with other letters, small or capital, than in the migrations are ' +
      'the same to SQL, but not in the rows that an application reads: `adopt` and `verify` name them (`respelled` in the ' +
      'JSON of `adopt`). Another schema is refused with what differs and with the versions that it fits or is nearest to; ' +
      '`--force` with a `--reason`, which the log keeps, records the version all the same. That needs a registry that ' +
      'was generated with replay; without one nothing is recorded unless forced. How an application takes its ' +
      'installed databases over: [Taking over installed databases](adopting-in-code.md).',
    'Rows are assigned to migrations by number where all of them have small ones, else by name (without number, date, ' +
      'extension, case and separators), else by position; `--by` says otherwise. Rows that have only a position do not say whether a migration ran that leaves no trace in the schema: where an earlier version has the schema as well, the answer is `ADOPT_SCHEMA_AMBIGUOUS`, as it is without rows. A row that matches no migration, a gap, ' +
      'and what a tool left failed or unfinished are refused; so is a row with the number of a migration and another name, where the ' +
      'schema does not show whether that migration ran. Columns that no layout explains are looked at as well: where one such ' +
      'as `status`, `success`, `rolled_back_at`, `error` or `finished_at` says of a row that it was not applied, or not ' +
      'wholly, the column, the value and the row are named, and `--where` with that column says which rows count. Where a ' +
      'table of another known tool in the same database says another version, it is named, and only `--force` records against it. Of a table of no known tool, which may have rows for some ' +
      'versions only, those before its first row are recorded with it, and where rows are missing between others the ' +
      'schema tells the version.',
    'Where no table of these is found, and with `--from schema` without looking for one, the version is recognised by the ' +
      'schema: the one whose tables, indexes, views and triggers are all there as it leaves them, while nothing is there ' +
      'that only other versions have. A schema that fits none is ' +
      'refused with what differs from the nearest; one that fits several, because a migration between them changes only ' +
      'data, is refused with their versions, and `--at` says which; on a terminal it is asked. A `user_version` ' +
      'tells it only with `--from user_version`, as it may be a number of the application’s own.',
    [
      '| Layout | Recognised by | Migration | Time | Respected |',
      '| --- | --- | --- | --- | --- |',
      ...LAYOUT_NAMES.map(layoutRow),
    ].join('\n'),
  ].join('\n\n')

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
