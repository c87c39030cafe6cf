// A migration renames a table.
import { isCopiedTo } from '../subject/trace-tables.js'
import { changePlace } from '../subject/place.js'
import { listed } from '../../diagnostics/listed.js'
import { ignoreComment, sentence, versionName } from '../wording/describe-step.js'
import type { CatalogTable } from '../../model/catalog.js'
import { failedCopy } from '../changes/dropped-tables.js'
import { renamedAlong } from '../changes/renamed-columns.js'
import { factsIn } from '../subject/facts.js'
import { finalName } from '../subject/final-name.js'
import { tableIn } from '../../model/in-catalog.js'
import type { ReplayedStep, Rule, Subject, TableTrace } from '../subject/rule.js'
import { sqlName } from '../../sql/sql-name.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'
import { mentions } from '../../sql/names-in.js'
import { rowidColumn } from '../../model/rowid-column.js'

/**
 * Judged by the schemas before and after, and by where the replay finds the rows: a copy under another name is a rename as well,
 * and so is a new table of the old name that has none of them. The last step of a rebuild, which may be the work of two versions, is no
 * rename, nor is one there and back, nor one that leaves a view with the old name.
 */
export const tableRenamed: Rule = {
  code: 'TABLE_RENAMED',
  severity: 'warning',
  stage: 'replay',
  *check(subject) {
    const steps = subject.replay?.steps ?? []
    for (const [place, step] of steps.entries()) {
      for (const trace of step.traces) {
        const { before, after, statement } = trace
        const isThere = step.after.has(`table ${foldCase(before.name)}`)
        const now =
          after && !isThere
            ? after.name
            : (rowsIn(before, step) ?? (after ? null : rowsBound(before, step, subject)))
        if (now === null || step.after.has(`view ${foldCase(before.name)}`)) continue
        const isNew = place > 0 && !steps[place - 1]!.before.has(`table ${foldCase(before.name)}`)
        if (isNew && takesPlace(now, step)) continue
        const at = changePlace(statement, step)
        const old = sqlName(before.name)
        const { what, fix } = told(trace, now, step)
        yield {
          at,
          subject: old,
          message: sentence(`${versionName(step, at)} ${what}`),
          fix: `${fix}; or, if nothing else uses the database meanwhile, say so: ${ignoreComment('TABLE_RENAMED', step.migration, old)}.`,
        }
      }
    }
  },
}

/** The table of another name in which the replay found all rows, or the remaining ones; null if they have not moved. */
const rowsIn = ({ name }: CatalogTable, step: ReplayedStep): string | null =>
  factsIn(step, 'values-kept').find(
    ({ table, column, earlier }) => column === null && !earlier && isSameName(table, name),
  )?.in ?? null

/** The table for which a copy that fails on rows means them. */
function rowsBound(table: CatalogTable, step: ReplayedStep, subject: Subject): string | null {
  const acts = step.acts.up
  const copy = failedCopy(table, step, subject)
  const at = acts.findIndex(({ statement }) => statement === copy)
  const act = acts[at]
  const name = act?.kind === 'copy' ? finalName(act.to, at, acts) : ''
  return tableIn(step.after, name)?.name ?? null
}

/** The rowid column of a table, if a copy leaves it out, so that rows get other numbers. */
function leftNumber(table: CatalogTable, now: string, { acts }: ReplayedStep): string | null {
  const [number, name] = [rowidColumn(table)?.name, foldCase(table.name)]
  const copy = acts.up.find(
    (act) => act.kind === 'copy' && act.from === name && act.to === foldCase(now),
  )
  const isCopied =
    copy?.kind === 'copy' &&
    (mentions(copy.statement.text, number ?? '') ||
      [...copy.columns.values()].includes(foldCase(number ?? '')))
  return number && copy && !isCopied ? sqlName(number) : null
}

/** Whether a table gets the name of one that the step drops, as the new one of a rebuild does. */
const takesPlace = (now: string, { before, acts }: ReplayedStep): boolean =>
  before.has(`table ${foldCase(now)}`) &&
  acts.up.some((act) => act.kind === 'drop' && act.type === 'table' && isSameName(act.name, now))

function told(
  trace: TableTrace,
  now: string,
  step: ReplayedStep,
): { readonly what: string; readonly fix: string } {
  const { before: table, after } = trace
  const { name } = table
  const [from, to] = [sqlName(name), sqlName(now)]
  const view = (columns: string, which = ''): string =>
    `Add \`CREATE VIEW ${from} AS SELECT ${columns} FROM ${to}${which && ' WHERE …'}\` for older code that reads it, ${which}${inDown(from, step)}and drop the view in a later release`
  const fails = 'Older code that is still running fails with "no such table".'
  if (!after) {
    const others = ofSeveral(name, now, step)
    // If there are several tables they cannot all keep them.
    const number = others === '' ? leftNumber(table, now, step) : null
    return {
      what: `moves the rows of the table ${name} to ${now}${number === null ? '' : ', where they get new numbers,'} and drops it. ${fails}`,
      fix: `${number === null ? '' : `Copy ${number} as well, if anything remembers it. `}${view('…', others)}`,
    }
  }
  const heir = step.traces.find((one) => one.after && isSameName(one.after.name, name))
  if (heir)
    return {
      what: `renames the table ${name} to ${now}, and ${heir.before.name} takes its name, with other rows. Code that reads ${name} finds none of those that it expects.`,
      fix: `Give ${heir.before.name} that name in a later release, once no code reads ${from} any more`,
    }
  if (step.after.has(`table ${foldCase(name)}`))
    return {
      what: `renames the table ${name} to ${now}, and creates a new one with its old name but without its rows. Code that reads ${name} finds none of them.`,
      fix: `Copy them, \`INSERT INTO ${from} (…) SELECT … FROM ${to}\``,
    }
  const along = renamedAlong(trace, step).map((one) => [one.before.name, one.after!.name] as const)
  const columns = along.map(([was, is]) => `its column ${was} to ${is}`)
  return {
    what: `renames the table ${listed([`${name} to ${now}`, ...columns])}. ${fails}`,
    fix: view(['*', ...along.map(([was, is]) => `${sqlName(is)} AS ${sqlName(was)}`)].join(', ')),
  }
}

/** If the table also has rows of others, what a view of the old name has to leave out. */
function ofSeveral(name: string, now: string, step: ReplayedStep): string {
  const others = step.traces.flatMap(({ before, after }) =>
    !after && !isSameName(before.name, name) && isBoundFor(before, now, step) ? [before.name] : [],
  )
  const own = step.before.has(`table ${foldCase(now)}`) ? ['its own'] : []
  const rows = [...own, ...others.map((other) => `those of ${other}`)]
  return rows.length === 0
    ? ''
    : `with a condition that leaves out the other rows of ${now}, ${listed(rows)}, `
}

/** Whether the rows of a table are in another one, or a copy means them for it. */
const isBoundFor = (table: CatalogTable, now: string, step: ReplayedStep): boolean =>
  rowsIn(table, step) === now || isCopiedTo(now, table, step)

/** A view of the old name blocks a `down` that recreates the table. */
const inDown = (name: string, { migration: { down } }: ReplayedStep): string =>
  down === null ? '' : `begin \`down\` with \`DROP VIEW ${name}\`, `
