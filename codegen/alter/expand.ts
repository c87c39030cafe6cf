// Expands declared table changes into steps, and into the steps that undo them. Pure.
import { isSameName } from '../../src/sql/names.js'
import type { Catalog } from '../model/catalog.js'
import type { Diagnostic } from '../model/diagnostic.js'
import { alterRefused } from './alter-problems.js'
import { checkChange, findTables } from './check-change.js'
import { deriveBack } from './derive-back.js'
import type { TableFacts } from './table-facts.js'
import { isBefore, isNative, plannedParts, renameStep, stepsOf } from './table-plan.js'
import type {
  Alteration,
  AlterStep,
  ColumnRenaming,
  ColumnWish,
  Expansion,
  TableChange,
} from '../model/migration.js'

/** The schema before the step, and what is requested. */
export interface Expanding {
  readonly catalog: Catalog
  /** The oldest SQLite that the step must run on; null if not stated. */
  readonly minimumSqlite: string | null
  /** Whether `down` is to be derived. */
  readonly back: 'derived' | 'written'
}

/** Expands a declaration. Null, with the problems, if it has any. */
export function expandAlteration(
  alteration: Alteration,
  { catalog, minimumSqlite, back }: Expanding,
): { readonly expansion: Expansion | null; readonly problems: readonly Diagnostic[] } {
  const { facts, problems: missing } = findTables(alteration, catalog)
  const problems = [...missing]
  const [up, renames]: AlterStep[][] = [[], []]
  const [down, renamesBack]: AlterStep[][] = [[], []]
  for (const [at, change] of alteration.tables.entries()) {
    const own = facts[at]
    if (!own) continue
    const expanded = expandTable(change, own, minimumSqlite)
    problems.push(...expanded.problems)
    if (expanded.problems.length > 0) continue
    up!.push(...expanded.steps)
    renames!.push(...expanded.renames)
    if (back === 'written') problems.push(...change.change.flatMap(uselessBack))
    if (back === 'written' || expanded.steps.length + expanded.renames.length === 0) continue
    const derived = deriveBack(change, own, expanded)
    problems.push(...derived.problems)
    down!.unshift(...derived.steps)
    renamesBack!.unshift(...derived.renames)
  }
  if (problems.length > 0) return { expansion: null, problems }
  const way = { up: [...up!, ...renames!], down: [...renamesBack!, ...down!] }
  return { expansion: { ...way, down: back === 'derived' ? way.down : null }, problems }
}

/** Only a derived `down` writes values back. */
const uselessBack = ({ column, back }: ColumnWish): Diagnostic[] =>
  back
    ? [
        alterRefused(
          back.position,
          `\`back\` of ${column.value} is only for a derived \`down\``,
          "Write `down: 'auto'`, or leave it out.",
        ),
      ]
    : []

/** The steps of one table. */
interface ExpandedTable {
  readonly steps: readonly AlterStep[]
  /** Steps to run after all tables are changed: they change the text of other objects that refer to the column. */
  readonly renames: readonly AlterStep[]
  /** In the order in which they are run. */
  readonly renamed: readonly ColumnRenaming[]
  readonly native: boolean
  readonly dropsNatively: boolean
  readonly problems: readonly Diagnostic[]
}

function expandTable(
  change: TableChange,
  facts: TableFacts,
  minimum: string | null,
): ExpandedTable {
  const dropsNatively = !isBefore(minimum, '3.35')
  const nothing = { steps: [], renames: [], renamed: [], native: true, dropsNatively }
  const wrong = checkChange(change, facts)
  if (wrong.length > 0) return { ...nothing, problems: wrong }
  const { parts, problems } = plannedParts(change, facts)
  const renamed = inOrder(change.rename)
  if (renamed === null || (renamed.length > 0 && isBefore(minimum, '3.25')))
    problems.push(renamingRefused(change.rename, renamed === null))
  const native = isNative(change, facts, minimum)
  const isOnlyRenamed = native && change.add.length + change.drop.length === 0
  const steps = isOnlyRenamed ? [] : stepsOf(change, facts, { parts, native })
  const renames = (renamed ?? []).map(({ from, to }) => renameStep(facts, [from.value, to.value]))
  return { steps, renames, renamed: renamed ?? [], native, dropsNatively, problems }
}

function renamingRefused([first]: readonly ColumnRenaming[], isCircle: boolean): Diagnostic {
  const { position } = first!.from
  return isCircle
    ? alterRefused(
        position,
        'columns would take names from each other',
        'Give one of them a third name first, in a migration of its own.',
      )
    : alterRefused(
        position,
        'SQLite can rename columns since 3.25, and `minimumSqlite` in the configuration is older',
        'Add a column with the new name and `using`, and drop the old one.',
      )
}

/** Each after the one whose name it takes; null for a circle. */
function inOrder(renamings: readonly ColumnRenaming[]): readonly ColumnRenaming[] | null {
  const known = new Set(renamings)
  const ordered: ColumnRenaming[] = []
  const isFree = ({ from, to }: ColumnRenaming): boolean =>
    [...known].every((one) => one.from === from || !isSameName(one.from.value, to.value))
  while (known.size > 0) {
    const next = [...known].find(isFree)
    if (!next) return null
    known.delete(next)
    ordered.push(next)
  }
  return ordered
}
