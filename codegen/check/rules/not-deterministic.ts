// A step produces different data in every installation.
import { globalNames } from '../source/global-names.js'
import { anyOfGroup } from '../source/any-of-group.js'
import { anyOfJoined, type Target } from '../source/any-of-joined.js'
import { anyOfSeveral, ordinaryTable, type AnyOfSeveral } from '../source/any-of-several.js'
import { anyOfSubquery } from '../source/any-of-subquery.js'
import { groupedRows } from '../source/grouped-rows.js'
import { untiedUpdate } from '../source/untied-update.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { sqlName } from '../../sql/sql-name.js'
import type { Insert, Statement } from '../../sql/statement.js'
import type { Catalog } from '../../model/catalog.js'
import { listed } from '../../diagnostics/listed.js'
import { textPlace } from '../../diagnostics/text-place.js'
import { ignoreComment } from '../wording/describe-step.js'
import { nodePlace, placeIn, statementPlace } from '../subject/place.js'
import { factsIn } from '../subject/facts.js'
import type {
  Finding,
  FoundStatement,
  ReachedCode,
  ReplayedStep,
  Rule,
  Subject,
} from '../subject/rule.js'
import { unsteadyCode } from '../source/unsteady-code.js'
import { unsteadySql } from '../source/unsteady-sql.js'
import { mentions } from '../../sql/names-in.js'

/**
 * In SQL: statements that change rows, including CREATE TABLE … AS, `using` and `back` of a declared change, `copy` of `ctx.rebuild`, and
 * UPDATE … FROM, INSERT OR REPLACE from a join, a scalar subquery or a column beside GROUP BY if several rows may match, or nothing
 * determines which, also from a table that the step has filled with one row for each of more columns than are compared. Defaults,
 * triggers and views are not checked: they run later, when the clock is meant. In code: `up` with what it mentions, in its file and
 * in helpers. Reading the environment counts.
 */
export const notDeterministic: Rule = {
  code: 'NOT_DETERMINISTIC',
  severity: 'warning',
  *check(subject) {
    yield* inStatements(subject)
    yield* inQueries(subject)
    yield* inDeclared(subject)
    yield* inJoins(subject)
    yield* inCode(subject)
  },
}

const IF_MEANT =
  'If you do want the current time or a random value, write `lockstep-ignore NOT_DETERMINISTIC: …` in a comment above it, with the reason.'

const written = (file: string, what: string): Pick<Finding, 'message' | 'fix'> => ({
  message: `${file} uses \`${what}\` for what it writes, so every installation gets different data from the same migration.`,
  fix: `Write a fixed value, or derive it from other columns of the row. ${IF_MEANT}`,
})

const chosen = (file: string, what: string, does: string): Pick<Finding, 'message' | 'fix'> => ({
  message: `${file} uses \`${what}\` to choose the rows that it ${does}, so the same migration ${does} different ones on every installation.`,
  fix: `Compare with a fixed value, or with other columns of the row. ${IF_MEANT}`,
})

const DOES: ReadonlyMap<string, string> = new Map([
  ['insert', 'writes'],
  ['update', 'changes'],
  ['delete', 'deletes'],
])

function* inStatements({ upSteps }: Subject): Generator<Finding> {
  for (const { statement, others } of upSteps.flatMap(({ statements }) =>
    statements.map((statement) => ({ statement, others: statements })),
  )) {
    const { kind } = statement.shape
    const does = fillsNew(statement, others) ? 'writes' : DOES.get(kind)
    const first = does === undefined ? null : unsteadySql(statement.text)
    if (!first || does === undefined) continue
    const at = placeIn(statement, first.start)
    const isChosen = first.chooses || kind === 'delete'
    yield { at, ...(isChosen ? chosen(at.file, first.text, does) : written(at.file, first.text)) }
  }
}

/** CREATE TABLE … AS SELECT; a temporary one if a statement that changes rows reads it. */
const fillsNew = ({ shape }: FoundStatement, others: readonly FoundStatement[]): boolean =>
  shape.kind === 'create-table' &&
  shape.filled &&
  (!shape.temporary ||
    others.some((one) => DOES.has(one.shape.kind) && mentions(one.text, plainName(shape.name.key))))

/** In declared batches, whose rows the next run queries at another time. */
function* inQueries({ upSteps }: Subject): Generator<Finding> {
  for (const { query } of upSteps.flatMap(({ migration }) => migration.batches ?? [])) {
    const first = unsteadySql(query.value)
    if (first) yield { at: query.position, ...chosen(query.position.file, first.text, 'works on') }
  }
}

/** The expressions of a declared change for each row. */
function* inDeclared({ reading }: Subject): Generator<Finding> {
  const changes = reading.migrations.flatMap(({ alter }) => alter?.tables ?? [])
  const wishes = changes.flatMap(({ add, change }) => [...add, ...change])
  for (const said of wishes.flatMap(({ using, back }) => [using, back])) {
    const first = said && unsteadySql(said.value)
    if (!first) continue
    const at = said.text ? textPlace(said.value, first.start, said.text) : said.position
    yield { at, ...written(at.file, first.text) }
  }
}

/** From a table that existed before the step, and that the step itself leaves unchanged. */
function* inJoins({ replay }: Subject): Generator<Finding> {
  for (const step of replay?.steps ?? []) {
    const { statements, migration } = step
    const own = statements.filter(({ direction }) => direction === 'up')
    for (const statement of own) {
      const drawn = drawnIn(statement, migration)
      if (drawn) yield drawn
      const untied = untiedIn(statement, migration)
      if (untied) yield untied
      const found = anyIn(statement, step) ?? anyOfNew(statement, step, own)
      const isMade = found && !ordinaryTable(step.before, foldCase(found.table))
      if (
        !found ||
        (!isMade && own.some((one) => one !== statement && isAbout(one.shape, found.table)))
      )
        continue
      const at = statementPlace(statement)
      const by = found.grouped ?? listed(found.by.map(sqlName))
      yield {
        at,
        message: `${at.file} takes ${found.taken} from any of the rows of ${found.table} with the same ${by}: nothing says which one, and nothing rules out several.`,
        fix: `${sayWhich(found, by, step)}. If there can be only one, say why: ${ignoreComment('NOT_DETERMINISTIC', migration)}.`,
      }
    }
  }
}

function sayWhich(found: AnyOfSeveral, by: string, step: ReplayedStep): string {
  const [taken, table] = [sqlName(found.taken), sqlName(found.table)]
  if (found.grouped !== undefined)
    return `Say which one is meant, as in \`max(${taken})\`, or group by ${taken} as well`
  return `${compareAlso(found, step)}ay which one is meant, as in \`(SELECT ${taken} FROM ${table} WHERE … ORDER BY … LIMIT 1)\`, or make ${by} unique in ${found.table} first`
}

/** In what `ctx.rebuild` has to copy; for a declared change, its declaration is reported. */
function drawnIn(statement: FoundStatement, { alter }: ReplayedStep['migration']): Finding | null {
  const { origin, shape, text } = statement
  const isCopy = origin === 'toolkit' && shape.kind === 'insert' && alter === undefined
  const first = isCopy ? unsteadySql(text) : null
  const at = statementPlace(statement)
  return first && { at, ...written(at.file, first.text) }
}

/** If a key of the table has other columns besides: a part of it was forgotten. */
function compareAlso({ table: name, by, beside }: AnyOfSeveral, { before }: ReplayedStep): string {
  const table = ordinaryTable(before, foldCase(name))
  const primary = table?.columns.filter(({ primaryKey }) => primaryKey > 0) ?? []
  const keys = [primary.map((one) => one.name), ...(table?.uniques ?? [])]
  const key = keys.find((one) => by.every((own) => one.some((other) => isSameName(own, other))))
  const others = beside ?? key?.filter((one) => !by.some((own) => isSameName(own, one))) ?? []
  return others.length > 0 ? `Compare ${listed(others.map(sqlName))} as well, or s` : 'S'
}

function anyIn({ shape, text }: FoundStatement, step: ReplayedStep): AnyOfSeveral | null {
  const any = anyWritten({ shape, text }, step.before)
  if (any) return any
  const isKeeping =
    shape.kind === 'insert' && (shape.conflict === 'replace' || shape.conflict === 'ignore')
  const target = isKeeping ? targetOf(shape, step) : null
  return isKeeping && target ? anyOfJoined(text, shape, step.before, target) : null
}

type Written = Pick<FoundStatement, 'shape' | 'text'>

function anyWritten({ shape, text }: Written, catalog: Catalog): AnyOfSeveral | null {
  if (!WRITES.has(shape.kind)) return null
  const matched = shape.kind === 'update' && shape.from ? anyOfSeveral(text, catalog) : null
  return matched ?? anyOfSubquery(text, catalog) ?? anyOfGroup(text, catalog)
}

const WRITES: ReadonlySet<string> = new Set(['update', 'insert', 'delete', 'create-table'])

/** The table that a statement fills, under its final name. */
function targetOf({ table }: Insert, { after, acts }: ReplayedStep): Target | null {
  const name = plainName(table.key)
  const renamed = acts.up.find((act) => act.kind === 'rename-table' && isSameName(act.table, name))
  const found = ordinaryTable(after, foldCase(renamed?.kind === 'rename-table' ? renamed.to : name))
  return found && { table: found, catalog: after }
}

function untiedIn(statement: FoundStatement, migration: ReplayedStep['migration']): Finding | null {
  const { shape, text } = statement
  const untied = shape.kind === 'update' && shape.from ? untiedUpdate(text) : null
  if (!untied) return null
  const { table, as } = untied
  const at = statementPlace(statement)
  return {
    at,
    message: `${at.file} reads ${table} again as ${as} in UPDATE … FROM, and no condition ties it to the row that is updated: every row of ${table} gets what was found for any one of them.`,
    fix: `Leave ${table} out of FROM, and compare with it by its own name: \`UPDATE ${table} SET … FROM … WHERE … = ${table}.…\`; or tie both by the key of ${table}. If every row is meant to get the same, say why: ${ignoreComment('NOT_DETERMINISTIC', migration)}.`,
  }
}

/** From a table that the step itself has filled with one row for each of several columns, some of which are not compared. */
function anyOfNew(
  { shape, text }: FoundStatement,
  { before, after }: ReplayedStep,
  own: readonly FoundStatement[],
): AnyOfSeveral | null {
  const found = WRITES.has(shape.kind) ? anyOfSubquery(text, after) : null
  if (!found || ordinaryTable(before, foldCase(found.table))) return null
  const [filling, ...others] = own.filter(
    ({ shape: one }) => one.kind !== 'create-index' && isAbout(one, found.table),
  )
  if (filling?.shape.kind !== 'insert' || others.length > 0) return null
  const keys = groupedRows(filling.text, filling.shape)
  const known = found.compared ?? found.by
  const beside = keys.filter((key) => !known.some((one) => isSameName(one, key)))
  const isPart = beside.length > 0 && beside.length + found.by.length === keys.length
  return isPart ? { ...found, beside } : null
}

/** Whether a statement changes the content of a table, or its keys. */
const isAbout = (shape: Statement, table: string): boolean =>
  (shape.kind === 'delete' || shape.kind === 'insert' || shape.kind === 'create-index') &&
  isSameName(plainName(shape.table.key), table)

/** If the only use leaves no trace, as in the name of a table that is renamed in the end, the replay has seen that. */
function* inCode({ reading, reachOf, replay }: Subject): Generator<Finding> {
  const idle = replay?.steps.filter((step) => factsIn(step, 'chance-gone').length > 0) ?? []
  for (const { up, version } of reading.migrations) {
    const found = up?.kind === 'code' ? reachOf(up).flatMap(unsteadyIn) : []
    if (found.length > 1 || !idle.some(({ migration }) => migration.version === version))
      yield* found
  }
}

function unsteadyIn({ script, nodes }: ReachedCode): Finding[] {
  const names = globalNames(script.nodes)
  return [...nodes].flatMap((node) => {
    const what = unsteadyCode(node, names)
    const at = nodePlace(script, node)
    return what === null ? [] : [{ at, ...written(at.file, what) }]
  })
}
