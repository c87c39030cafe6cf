// A step gives every installation other data.
import { globalNames } from '../source/global-names.js'
import { anyOfSeveral } from '../source/any-of-several.js'
import { isSameName, plainName } from '../../../src/sql/names.js'
import { sqlName } from '../../sql/sql-name.js'
import type { Statement } from '../../sql/statement.js'
import { ignoreComment, listed } from '../wording/describe-step.js'
import { nodePlace, placeIn, statementPlace } from '../subject/place.js'
import type { Finding, Rule, Subject } from '../subject/rule.js'
import { unsteadyCode } from '../source/unsteady-code.js'
import { unsteadySql } from '../source/unsteady-sql.js'

/**
 * In SQL: statements that change rows, and UPDATE … FROM where several rows may fit. Defaults, triggers and views are judged by nobody: they run later, when the clock
 * is meant. In code: `up` with what it mentions, in its file and in helpers. Reading the environment counts.
 */
export const notDeterministic: Rule = {
  code: 'NOT_DETERMINISTIC',
  severity: 'warning',
  override: 'adjustable',
  stage: 'migrations',
  *check(subject) {
    yield* inStatements(subject)
    yield* inJoins(subject)
    yield* inCode(subject)
  },
}

const IF_MEANT =
  'If the moment or the chance is what you want, write `lockstep-ignore NOT_DETERMINISTIC: …` into a comment above it, with the reason.'

const written = (file: string, what: string): Pick<Finding, 'message' | 'fix'> => ({
  message: `${file} uses \`${what}\` for what it writes, so every installation gets other data from the same migration.`,
  fix: `Write a fixed value, or derive it from other columns of the row. ${IF_MEANT}`,
})

const chosen = (file: string, what: string, does: string): Pick<Finding, 'message' | 'fix'> => ({
  message: `${file} uses \`${what}\` to choose the rows that it ${does}, so on every installation the same migration ${does} others.`,
  fix: `Compare with a fixed value, or with other columns of the row. ${IF_MEANT}`,
})

const DOES: ReadonlyMap<string, string> = new Map([
  ['insert', 'writes'],
  ['update', 'changes'],
  ['delete', 'deletes'],
])

function* inStatements({ upSteps }: Subject): Generator<Finding> {
  for (const statement of upSteps.flatMap(({ statements }) => statements)) {
    const { kind } = statement.shape
    const does = DOES.get(kind)
    const first = does === undefined ? null : unsteadySql(statement.text)
    if (!first || does === undefined) continue
    const at = placeIn(statement, first.start)
    const isChosen = first.chooses || kind === 'delete'
    yield { at, ...(isChosen ? chosen(at.file, first.text, does) : written(at.file, first.text)) }
  }
}

/** Of a table that there was before the step, and that the step itself leaves as it is. */
function* inJoins({ replay }: Subject): Generator<Finding> {
  for (const { before, statements, migration } of replay?.steps ?? []) {
    const own = statements.filter(({ direction }) => direction === 'up')
    for (const statement of own) {
      const isJoin = statement.shape.kind === 'update' && statement.shape.from
      const found = isJoin ? anyOfSeveral(statement.text, before) : null
      if (!found || own.some(({ shape }) => isAbout(shape, found.table))) continue
      const at = statementPlace(statement)
      const [table, by] = [sqlName(found.table), listed(found.by.map(sqlName))]
      yield {
        at,
        message: `${at.file} takes ${found.taken} of any of the rows of ${found.table} that have the same ${by}: which one, nothing says, and nothing keeps there from being several.`,
        fix: `Say which one is meant, as in \`(SELECT ${sqlName(found.taken)} FROM ${table} WHERE … ORDER BY … LIMIT 1)\`, or make ${by} unique in ${found.table} before. If there can be only one, say why: ${ignoreComment('NOT_DETERMINISTIC', migration)}.`,
      }
    }
  }
}

/** Whether a statement changes what is in a table, or what tells its rows apart. */
const isAbout = (shape: Statement, table: string): boolean =>
  (shape.kind === 'delete' || shape.kind === 'insert' || shape.kind === 'create-index') &&
  isSameName(plainName(shape.table.key), table)

function* inCode({ reading, reachOf }: Subject): Generator<Finding> {
  const reached = reading.migrations.flatMap(({ up }) => (up?.kind === 'code' ? reachOf(up) : []))
  for (const { script, nodes } of reached) {
    const names = globalNames(script.nodes)
    for (const node of nodes) {
      const what = unsteadyCode(node, names)
      if (what === null) continue
      const at = nodePlace(script, node)
      yield { at, ...written(at.file, what) }
    }
  }
}
