// Finds what other tools have left in a project: an example must not come before it.
import {
  findOtherHistories,
  type OtherHistory,
} from '../../../codegen/discover/find-other-histories.js'
import { projectPath } from '../../../codegen/project/project-path.js'
import type { Settings } from '../settings/settings.js'
import { count } from '../terminal/quantities.js'
import type { WayOver } from './next-steps.js'
import {
  findOtherLedgers,
  type FoundDatabases,
  type OtherLedger,
  type TakenDatabase,
} from './find-other-ledgers.js'

/** Folders with migrations, databases that have some applied, and configured databases that are not empty. */
export interface OtherTools extends FoundDatabases {
  readonly histories: readonly OtherHistory[]
}

/** Looks for them, beside the folders and in the databases of the configuration. */
export async function findOtherTools(all: readonly Settings[]): Promise<OtherTools> {
  const ledgers: OtherLedger[] = []
  const taken: TakenDatabase[] = []
  for (const settings of all) {
    const known = new Set(ledgers.map(({ database }) => database))
    const found = await findOtherLedgers(settings)
    ledgers.push(...found.ledgers.filter(({ database }) => !known.has(database)))
    taken.push(...found.taken)
  }
  const root = all[0]?.root
  const folders = all.map(({ migrations }) => migrations)
  return {
    histories: root === undefined ? [] : await findOtherHistories(root, folders),
    ledgers,
    taken,
  }
}

/** Whether anything was found. */
export const hasLeft = ({ histories, ledgers, taken }: OtherTools): boolean =>
  histories.length + ledgers.length + taken.length > 0

/** A line for each; for a database whose tool is known, only that. */
export const othersText = ({ histories, ledgers, taken }: OtherTools): string[] => [
  ...histories.map(({ folder, tool, migrations }) => {
    const whose = tool === null ? 'that Lockstep does not have' : `of ${tool}`
    return `${folder}/ holds ${count(migrations, 'migration')} ${whose}.`
  }),
  ...ledgers.map(
    ({ database, table, tool, rows }) =>
      `${database} has ${count(rows, 'row')} in ${table}, where ${tool} records its migrations.`,
  ),
  ...taken
    .filter(({ database }) => !ledgers.some((one) => one.database === database))
    .map((one) => `${one.database} ${HOLDS[one.holds](one.table)}.`),
]

const HOLDS: Readonly<Record<TakenDatabase['holds'], (table: string | null) => string>> = {
  'foreign ledger': (table) => `has a table ${table} of another program`,
  tables: (table) => `has tables, but no ledger ${table} with rows that say where they come from`,
  ledger: () => 'has applied migrations that are not here',
}

/** How to take over other tools' migrations, or the database that has them. */
export function wayOver(
  { histories, ledgers, taken }: OtherTools,
  settings: readonly Settings[],
): WayOver {
  const [one] = settings
  if (!one) return { begins: [], isBack: false }
  const shown = (path: string): string => projectPath(one.root, path)
  const folder = `${shown(one.migrations)}/`
  const own = taken.find(({ holds }) => holds === 'ledger')
  if (own) {
    const back = `Bring the migrations that ${own.database} has applied back into ${folder}, from git or a backup.`
    return { begins: [back], isBack: true }
  }
  const [history] = histories
  const from = history ? `of ${history.folder}/` : ledgers[0] ? 'of that tool' : 'that made it'
  const configured = new Set(settings.map(({ database }) => shown(database ?? '')))
  const [away] = ledgers.some(({ database }) => configured.has(database)) ? [] : ledgers
  const begins = [
    ...(away && taken.length === 0
      ? [`Name ${away.database} as \`database\` in the configuration, if you want to take it over.`]
      : []),
    `Bring the migrations ${from} into ${folder}, or write one that creates the schema as it is: ${PAGE}`,
  ]
  return { begins, isBack: false }
}

const PAGE = 'node_modules/lockstep/docs/adopting.md'
