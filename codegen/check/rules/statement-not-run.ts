// A migration prepares work and never runs it, or runs a statement that changes no row.
import { ts } from 'ts-morph'
import type { Direction } from '../../model/evidence.js'
import type { Position } from '../../model/diagnostic.js'
import { shortSql } from '../../sql/one-line.js'
import { isSurelyUnrun } from '../source/unused-result.js'
import type { Catalog } from '../../model/catalog.js'
import { neverTrue } from '../source/never-true.js'
import { outerColumn, takenFromOutside } from '../source/outer-column.js'
import { nodePlace, placeIn } from '../subject/place.js'
import type {
  Finding,
  FoundStatement,
  ReplayedStep,
  Rule,
  Script,
  Subject,
} from '../subject/rule.js'
import { sideName, ignoreComment } from '../wording/describe-step.js'

/**
 * A warning about a statement that changes rows under a condition that is never true, or sets a column to itself. Of prepared
 * work only what is never used, so that no condition can have kept it from running: a statement without `run`, a transaction or
 * a generator that is not called or iterated. Silent if other databases are involved, for which work is left out.
 */
export const statementNotRun: Rule = {
  code: 'STATEMENT_NOT_RUN',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    const scripts = new Map(subject.scripts.map((script) => [script.file, script]))
    for (const step of subject.replay?.steps ?? []) {
      const told = new Set<string>()
      for (const one of [...preparedIn(step, scripts), ...generatorsIn(step, subject)]) {
        const { direction, at, what } = one
        const key = `${at.file}:${at.line}:${at.column}`
        if (told.has(key)) continue
        told.add(key)
        yield finding(step, direction, at, what)
      }
      yield* withoutEffect(step)
    }
  },
}

interface Unrun {
  readonly direction: Direction
  readonly at: Position
  readonly what: readonly [does: string, fix: string]
}

const finding = (
  { version, migration }: ReplayedStep,
  direction: Direction,
  at: Position,
  [does, fix]: Unrun['what'],
): Finding => ({
  at,
  message: `${sideName(version, direction, at)} ${does}.`,
  fix: `${fix}, or delete it. If it is only meant to test whether it can be prepared, say so: ${ignoreComment('STATEMENT_NOT_RUN', migration)}.`,
})

function* withoutEffect(step: ReplayedStep): Generator<Finding> {
  const { version, migration, before, after } = step
  const all = (): Catalog => new Map([...before, ...after])
  for (const statement of step.statements) {
    const { shape, text, direction } = statement
    const isWriting = shape.kind === 'insert' || shape.kind === 'update' || shape.kind === 'delete'
    const never = isWriting ? neverTrue(text, all) : null
    const found = never ?? (isWriting ? pointless(statement, step) : null)
    if (!found) continue
    const at = placeIn(statement, found.start)
    const sql = `\`${shortSql(text)}\``
    const does =
      'itself' in found
        ? `sets ${found.itself} to itself in ${sql}`
        : `has a condition in ${sql} that may match no row`
    yield {
      at,
      severity: 'warning',
      message: `${sideName(version, direction, at)} ${does}: ${found.why}.`,
      fix: `${found.instead}. If this is intended, say why: ${ignoreComment('STATEMENT_NOT_RUN', migration)}.`,
    }
  }
}

/** A condition that compares a column with itself, or an UPDATE that sets one to itself. */
function pointless(statement: FoundStatement, step: ReplayedStep) {
  const found = outerColumn(statement, step)
  if (!found || found.use === 'in') return null
  const { start, use, column } = found
  return { ...takenFromOutside(found), start, ...(use === 'set' && { itself: column }) }
}

function* preparedIn(
  { statements }: ReplayedStep,
  scripts: ReadonlyMap<string, Script>,
): Generator<Unrun> {
  for (const statement of statements) {
    const { prepared, text, direction } = statement
    if (!prepared || !isSurelyUnrun(statement, scripts)) continue
    const what =
      text === ''
        ? ([
            'creates a transaction that is never called: `db.transaction(…)` returns a function',
            'Call it: `db.transaction(…)()`',
          ] as const)
        : ([
            `prepares \`${shortSql(text)}\` and never runs it`,
            'Run it: call `.run()` on what `prepare` returns, or pass the text to `db.exec`',
          ] as const)
    yield { direction, at: prepared, what }
  }
}

/** The calls of generator functions of the same file that are statements of their own. */
function generatorsIn({ migration }: ReplayedStep, { reachOf }: Pick<Subject, 'reachOf'>): Unrun[] {
  return (['up', 'down'] as const).flatMap((direction) => {
    const side = migration[direction]
    const reached = side?.kind === 'code' ? reachOf(side) : []
    return reached.flatMap(({ script, nodes }) =>
      [...nodes].flatMap((node) => {
        const name = ts.isExpressionStatement(node.parent) ? calledName(node) : undefined
        if (name === undefined || !isGenerator(name, script)) return []
        const does = `calls the generator ${name} but does not iterate over it, so none of it runs`
        const fix = `Iterate over it: \`for (const one of ${name}(…)) { … }\``
        return [{ direction, at: nodePlace(script, node), what: [does, fix] as const }]
      }),
    )
  })
}

const calledName = (node: ts.Node): string | undefined =>
  ts.isCallExpression(node) && ts.isIdentifier(node.expression) ? node.expression.text : undefined

/** Whether everything with this name in a file is a generator function. */
function isGenerator(name: string, { nodes }: Script): boolean {
  const declared = nodes.filter((node) => {
    const declaration = node as ts.NamedDeclaration
    return (
      (ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node) || ts.isParameter(node)) &&
      declaration.name !== undefined &&
      ts.isIdentifier(declaration.name) &&
      declaration.name.text === name
    )
  })
  return declared.length > 0 && declared.every(isGeneratorFunction)
}

function isGeneratorFunction(node: ts.Node): boolean {
  const made = ts.isVariableDeclaration(node) ? node.initializer : node
  return (
    made !== undefined &&
    (ts.isFunctionDeclaration(made) || ts.isFunctionExpression(made)) &&
    made.asteriskToken !== undefined
  )
}
