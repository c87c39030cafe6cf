// A version cannot be applied to an empty database.
import type { StepFailed } from '../../model/evidence.js'
import { expressionAtFault, mendExpression } from '../wording/mend-expression.js'
import { nearestName } from '../wording/missing-name.js'
import { describeFailure, schemaSentence } from '../wording/describe-failure.js'
import { listed } from '../../diagnostics/listed.js'
import { sideName, versionName } from '../wording/describe-step.js'
import { movedBefore } from '../changes/moved-references.js'
import { missesTable } from '../changes/dropped-tables.js'
import { versionsLeft } from '../../diagnostics/versions-left.js'
import { factsOf } from '../subject/facts.js'
import { readStatement } from '../../sql/read-statement.js'
import type { CatalogObject } from '../../model/catalog.js'
import { mentions, wordsIn } from '../../sql/names-in.js'
import { columnSubject } from '../subject/finding-subject.js'
import { isClosed } from '../subject/declared-place.js'
import { placeIn } from '../subject/place.js'
import type { Name, Statement } from '../../sql/statement.js'
import { versionId } from '../../../src/model/version.js'
import { foldCase, plainName, unquote } from '../../../src/sql/names.js'
import { tokenize, type Token } from '../../../src/sql/tokenize.js'
import type { ReplayedStep, Rule, Subject } from '../subject/rule.js'

/** Nothing after such a version can be proven, so it is the last one that is judged. */
export const replayUpFailed: Rule = {
  code: 'REPLAY_UP_FAILED',
  severity: 'error',
  override: 'fixed',
  stage: 'replay',
  outlivesRelease: true,
  *check(subject) {
    const last = Math.max(...subject.reading.migrations.map(({ version }) => version))
    for (const { step, fact, at } of factsOf(subject, 'step-failed')) {
      if (fact.stage !== 'empty' || fact.at.direction !== 'up') continue
      const mover = movedBefore(step, subject, (name) => missesTable(fact.message, name))
      const using = expressionAtFault(fact, step.migration)
      const about = using ? columnSubject(using.table, using.column) : columnMeant(fact, step)
      yield {
        at,
        ...(about !== undefined && { subject: about }),
        message: `${sideName(step.version, 'up', at)} fails ${placeBefore(subject)}: ${describeFailure(fact)}.${schemaSentence(fact)}${mover ? movedAway(mover) : ''} No new installation gets past it.${versionsLeft(step.version, last)}`,
        fix: mover
          ? `Fix ${versionName(mover, mover.migration.position)}, as its REBUILD_ORDER says.`
          : using
            ? `${nearestName(fact, step)}${mendExpression(using, fact)}.`
            : (singleQuotes(fact, step) ??
              uniqueApart(fact) ??
              apartFrom(fact, step) ??
              missingBehind(fact, subject) ??
              `${nearestName(fact, step)}${fact.refusal ?? fixFor(fact.message)}`),
      }
    }
  },
}

/** If an earlier version is to blame. */
const movedAway = (step: ReplayedStep): string =>
  ` It is the table that ${versionName(step, step.migration.position)} moved out of the way and dropped, as REBUILD_ORDER reports: what referred to it still does.`

/** Text in double quotes is a name; all that are not names are listed at once, with their places. */
function singleQuotes({ message, at: place }: StepFailed, step: ReplayedStep): string | null {
  const [, told] = /: (.*) - should this be a string literal in single-quotes/.exec(message) ?? []
  if (told === undefined) return null
  const names = new Set([...step.before.values()].flatMap(namesOf))
  for (const { text, shape } of step.statements) {
    for (const name of wordsIn(text.replace(/"(?:[^"]|"")*"/g, ' '))) names.add(name)
    for (const { key } of namesMade(shape)) names.add(plainName(key))
  }
  const meant = step.statements.flatMap((statement) =>
    statement.direction === 'down'
      ? []
      : tokenize(statement.text)
          .filter(({ kind }) => kind !== 'space' && kind !== 'comment')
          .filter(
            ({ text }, at, all) =>
              text.startsWith('"') &&
              // SQLite itself says of one that it is none, whatever else has that name.
              (!names.has(foldCase(unquote(text))) ||
                (text === told && statement.text === place.statement)) &&
              !isNameHere(all, at),
          )
          .map(({ text, start }) => {
            const { line, column } = placeIn(statement, start)
            return `'${unquote(text).replaceAll("'", "''")}' in ${line}:${column}`
          }),
  )
  return meant.length === 0
    ? null
    : `Write texts in single quotes: ${listed(meant)}. Double quotes are for names.`
}

/** Whether its context shows that it is a name: `AS "total"`, `"t".a`, `t."a"`. */
const isNameHere = (tokens: readonly Token[], at: number): boolean =>
  /^(?:as|\.)$/i.test(tokens[at - 1]?.text ?? '') || tokens[at + 1]?.text === '.'

/** The names that a statement introduces. */
function namesMade(shape: Statement): readonly Name[] {
  switch (shape.kind) {
    case 'create-table':
      return [shape.name, ...(shape.columns ?? []).map(({ name }) => name)]
    case 'create-index':
    case 'create-view':
    case 'create-trigger':
      return [shape.name]
    case 'add-column':
      return [shape.column.name]
    case 'rename-table':
    case 'rename-column':
      return [shape.to]
    default:
      return []
  }
}

const namesOf = (object: CatalogObject): string[] => [
  foldCase(object.name),
  ...(object.type === 'table' ? object.columns.map(({ name }) => foldCase(name)) : []),
]

/** SQLite adds no column that is UNIQUE, whether there are rows or not. */
function uniqueApart({ message, at }: StepFailed): string | null {
  if (!/^cannot add a UNIQUE column/i.test(message)) return null
  const shape = readStatement(at.statement ?? '')
  const [table, column] =
    shape.kind === 'add-column' ? [shape.table.text, shape.column.name.text] : ['…', '…']
  return `Add the column without UNIQUE, and make it unique afterwards: \`CREATE UNIQUE INDEX … ON ${table} (${column})\`.`
}

/** The column that a declared change drops or renames, or a name in one of its expressions, which shows where it is declared. */
function columnMeant(
  { at, message }: StepFailed,
  { migration: { alter } }: ReplayedStep,
): string | undefined {
  if (!alter) return undefined
  const shape = readStatement(at.statement ?? '')
  if (shape.kind === 'drop-column' || shape.kind === 'rename-column')
    return columnSubject(plainName(shape.table.key), plainName(shape.column.key))
  const [, missing] =
    /^no such (?:column|function|collation sequence): (?:.+\.)?(.+)$/.exec(message) ?? []
  const change = alter.tables.find(({ add, change: changed, checks }) =>
    [...[...changed, ...add].map(({ using }) => using), ...checks.add].some(
      (one) => missing !== undefined && one !== null && mentions(one.value, missing),
    ),
  )
  return change && columnSubject(change.table.value, missing!)
}

/** A declared change has no place for a statement before or after it. */
function apartFrom({ message }: StepFailed, { migration }: ReplayedStep): string | null {
  const [, type = '', name] = /^error in (view|trigger) (.+?)(?: after |:)/.exec(message) ?? []
  if (name === undefined || !isClosed(migration, 'up')) return null
  return `Drop the ${type} ${name} in a migration before this one, and recreate it in the next one; or write the change in \`up\`, which has room for all three.`
}

const MISSING = /^no such (?:table|column|index|trigger|view)/

/** The newest versions of other histories that any migration needs, behind which the build begins. */
function newestNeeded({ reading }: Subject): string[] {
  const newest = new Map<string, number>()
  for (const { needs = [] } of reading.migrations)
    for (const { value } of needs)
      newest.set(value.history, Math.max(newest.get(value.history) ?? 0, value.version))
  return [...newest].map(([history, version]) => `${history}:${versionId(version)}`)
}

function placeBefore(subject: Subject): string {
  const behind = newestNeeded(subject)
  return behind.length === 0
    ? 'on an empty database'
    : `after ${listed(behind)}, which is needed here`
}

function missingBehind({ message }: StepFailed, subject: Subject): string | null {
  const behind = newestNeeded(subject)
  if (behind.length === 0 || !MISSING.test(message)) return null
  return `Compare the name with the schema before this version: that of ${listed(behind)}, the newest needed here, and of the versions before this one. If a later version creates it, name that one in \`needs\`; if one renamed or dropped it, write what there is then.`
}

const FIXES: readonly (readonly [RegExp, string])[] = [
  [
    MISSING,
    'Compare the name with the schema before this version; if another version creates it, that one must come first.',
  ],
  [
    /already exists/,
    'Give it another name, or remove the statement: an earlier version, or this one, has already created it.',
  ],
  [/^duplicate column name/, 'Remove the statement: the table already has this column.'],
  [/syntax error|incomplete input|unrecognized token/, 'Fix the syntax of the statement.'],
  [
    /^error in (?:view|trigger) /,
    'Drop that view or trigger before this statement, and recreate it after it, in the same migration.',
  ],
  [
    /^cannot add a PRIMARY KEY column/i,
    'Rebuild the table (`ctx.rebuild`): SQLite cannot add a column that is a PRIMARY KEY.',
  ],
  [
    /^table sqlite_(?:master|schema) may not be modified/,
    'Change the schema with `ctx.rebuild`, or with ALTER TABLE: most clients, better-sqlite3 among them, refuse to write to sqlite_master even with `PRAGMA writable_schema`.',
  ],
  [
    /^no such function/,
    'Register the function in `open` of the configuration, which opens the database for the replay as well.',
  ],
  [
    /^no such module/,
    'Load the extension in `open` of the configuration, which opens the database for the replay as well.',
  ],
]

const fixFor = (message: string): string =>
  FIXES.find(([pattern]) => pattern.test(message))?.[1] ??
  'Fix what fails, and generate again: later versions are judged then.'
