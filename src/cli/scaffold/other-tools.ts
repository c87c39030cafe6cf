// What other tools have left in a project: an example must not come before it.
import {
  findOtherHistories,
  type OtherHistory,
} from '../../../codegen/discover/find-other-histories.js'
import { projectPath } from '../../../codegen/project/project-path.js'
import type { Settings } from '../settings/settings.js'
import { count } from '../terminal/quantities.js'
import { findOtherLedgers, type OtherLedger } from './find-other-ledgers.js'

/** Folders with migrations, and databases that have some applied. */
export interface OtherTools {
  readonly histories: readonly OtherHistory[]
  readonly ledgers: readonly OtherLedger[]
}

/** Looks for them, beside the folders and in the databases of the configuration. */
export async function findOtherTools(all: readonly Settings[]): Promise<OtherTools> {
  const taken = all.map(({ migrations }) => migrations)
  const ledgers: OtherLedger[] = []
  for (const settings of all) {
    const known = new Set(ledgers.map(({ database }) => database))
    const found = await findOtherLedgers(settings)
    ledgers.push(...found.filter(({ database }) => !known.has(database)))
  }
  const root = all[0]?.root
  return { histories: root === undefined ? [] : await findOtherHistories(root, taken), ledgers }
}

/** Whether there is anything. */
export const hasLeft = ({ histories, ledgers }: OtherTools): boolean =>
  histories.length + ledgers.length > 0

/** A line for each. */
export const othersText = ({ histories, ledgers }: OtherTools): string[] => [
  ...histories.map(({ folder, tool, migrations }) => {
    const whose = tool === null ? 'that Lockstep does not have' : `of ${tool}`
    return `${folder}/ holds ${count(migrations, 'migration')} ${whose}.`
  }),
  ...ledgers.map(
    ({ database, table, tool, rows }) =>
      `${database} has ${count(rows, 'row')} in ${table}, where ${tool} remembers its migrations.`,
  ),
]

/** Where the way over begins: with migrations of another tool, and with the database that has them. */
export function wayOver(
  { histories: [history], ledgers }: OtherTools,
  settings: readonly Settings[],
): string[] {
  const [one] = settings
  if (!one) return []
  const shown = (path: string): string => projectPath(one.root, path)
  const from = history ? `of ${history.folder}/` : 'of that tool'
  const configured = new Set(settings.map(({ database }) => shown(database ?? '')))
  const [away] = ledgers.some(({ database }) => configured.has(database)) ? [] : ledgers
  return [
    ...(away
      ? [`Name ${away.database} as \`database\` in the configuration, if that is to be taken over.`]
      : []),
    `Bring the migrations ${from} into ${shown(one.migrations)}/, or write one that makes the schema as it is: ${PAGE}`,
  ]
}

const PAGE = 'node_modules/lockstep/docs/adopting.md'
