// Finds the statements of the migrations: for SQL as written; for code those that ran, otherwise as far as they can be read.
import { memo } from '../../../src/model/collected.js'
import { ts } from 'ts-morph'
import type { CodeFrame, Direction, RanStatement } from '../../model/evidence.js'
import type { CodeSide, ParsedMigration, SqlPiece } from '../../model/migration.js'
import type { Position } from '../../model/diagnostic.js'
import { projectPath } from '../../project/project-path.js'
import { readStatement } from '../../sql/read-statement.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import { nodePlace } from './place.js'
import type { FoundStatement, ReachOf, Script, StatementFinder } from './rule.js'
import { staticText } from './static-text.js'

/** The inputs for finding them. */
export interface Sources {
  readonly scripts: readonly Script[]
  readonly reachOf: ReachOf
  readonly root: string
}

/** Reads each script only once. */
export function statementFinder(sources: Sources): StatementFinder {
  const code = codeIndex(sources.scripts)
  const ofSide = (
    migration: ParsedMigration,
    direction: Direction,
    ran: readonly RanStatement[] | undefined,
  ): FoundStatement[] => {
    const side = migration[direction]
    const owner = { migration, direction }
    if (!side) return []
    if (side.kind === 'sql')
      return side.pieces.flatMap((piece) =>
        inPiece(piece, { ...owner, origin: 'script', call: null }),
      )
    const isWalked = direction === 'up' && migration.batches !== undefined
    const batches = isWalked ? ofBatches(migration) : []
    if (ran)
      return [
        ...batches,
        // What the run itself sends for batches is its bookkeeping, and what is declared.
        ...ran.flatMap((one) =>
          isWalked && one.toolkit
            ? []
            : ranStatement(one, { ...owner, side, code, root: sources.root }),
        ),
      ]
    const written = writtenCalls(side, sources.reachOf, code)
    return [
      ...batches,
      ...written.flatMap(({ statements }) => statements.map((one) => ({ ...one, ...owner }))),
    ]
  }
  return {
    statementsOf: (migration, ran = {}) => [
      ...ofSide(migration, 'up', ran.up),
      ...ofSide(migration, 'down', ran.down),
    ],
  }
}

/** A statement that is found, without the migration. */
type Written = Omit<FoundStatement, 'migration' | 'direction'>

function inPiece<O extends Pick<FoundStatement, 'origin' | 'call' | 'executed'>>(
  piece: SqlPiece,
  source: O,
): (O & Pick<FoundStatement, 'shape' | 'text' | 'piece' | 'start'>)[] {
  return splitStatements(piece.text).map(({ text, start }) => ({
    ...source,
    shape: readStatement(text),
    text,
    piece,
    start,
  }))
}

/** The statement for each batch, if there is one: the run itself sends it. */
const ofBatches = (migration: ParsedMigration): FoundStatement[] =>
  (migration.batches ?? []).flatMap(({ update }) =>
    update
      ? inPiece({ text: update.value, position: update.position, verbatim: false }, {
          migration,
          direction: 'up',
          origin: 'code',
          call: null,
        } as const)
      : [],
  )

/** A call of a method that takes SQL, with the known part of its text. */
interface WrittenCall {
  readonly node: ts.CallExpression
  readonly piece: SqlPiece
  readonly statements: readonly Written[]
}

interface CodeIndex {
  callsIn(script: Script): readonly WrittenCall[]
  callAt(place: Position): WrittenCall | undefined
  /** The statement in a literal of a file. */
  literal(text: string, file: string): Written | undefined
}

function codeIndex(scripts: readonly Script[]): CodeIndex {
  const byFile = new Map(scripts.map((script) => [script.file, script]))
  const calls = memo(callsOf)
  const places = memo(
    (script: Script) =>
      new Map(calls(script).map((one) => [keyOf(one.statements[0]?.call), one] as const)),
  )
  const literals = memo(literalsOf)
  const lookUp = <T>(file: string, find: (script: Script) => T | undefined): T | undefined => {
    const script = byFile.get(file)
    return script && find(script)
  }
  return {
    callsIn: calls,
    callAt: (place) => lookUp(place.file, (script) => places(script).get(keyOf(place))),
    literal: (text, file) => lookUp(file, (script) => literals(script).get(text)),
  }
}

const keyOf = (place: Position | null | undefined): string => `${place?.line}:${place?.column}`

/** Those of all literals that contain SQL, by their text. */
function literalsOf(script: Script): Map<string, Written> {
  const found = new Map<string, Written>()
  for (const node of script.nodes) {
    if (!ts.isStringLiteralLike(node) || !SQL.test(node.text)) continue
    const piece = staticText(script, node)
    for (const one of piece ? inPiece(piece, { origin: 'code', call: null }) : [])
      if (!found.has(one.text)) found.set(one.text, one)
  }
  return found
}

const SQL = /^\s*(?:create|alter|drop|insert|replace|update|delete|with|select|pragma)\s/i

/** In the order they are written. */
function callsOf(script: Script): WrittenCall[] {
  const nodes = script.nodes.filter(ts.isCallExpression).sort((a, b) => a.pos - b.pos)
  return nodes.flatMap((node) => {
    const method = databaseMethod(node)
    const piece = method && node.arguments[0] && staticText(script, node.arguments[0])
    if (!piece) return []
    const call = nodePlace(script, method)
    const executed = isExecuted(node, method) && ({ executed: true } as const)
    const source = { origin: 'code', call, ...executed } as const
    const statements = inPiece(piece, source).map((one) =>
      method.text === 'pragma' ? { ...one, shape: readStatement(`PRAGMA ${one.text}`) } : one,
    )
    return statements.length > 0 ? [{ node, piece, statements }] : []
  })
}

/** The calls in the code of a side, those of its own file first. */
const writtenCalls = (side: CodeSide, reachOf: ReachOf, code: CodeIndex): WrittenCall[] =>
  reachOf(side).flatMap(({ script, nodes }) =>
    code.callsIn(script).filter(({ node }) => nodes.has(node)),
  )

/** The migration whose text ran, and where to search for it. */
interface Runner extends Pick<FoundStatement, 'migration' | 'direction'> {
  readonly side: CodeSide
  readonly code: CodeIndex
  readonly root: string
}

/** At its literal if it is written as it ran; otherwise where it is assembled, otherwise where it is passed on. */
function ranStatement(
  { text, calls, toolkit, executed, prepared, onlyWithRows }: RanStatement,
  { migration, direction, side, code, root }: Runner,
): FoundStatement {
  // Declarations have no code that could run them.
  const places = side.steps ? [] : calls.map((frame) => placeOf(frame, root))
  const written = places.flatMap((place) => code.callAt(place) ?? [])
  const files = [...places.map(({ file }) => file), side.position.file]
  const found =
    written.flatMap(({ statements }) => statements).find((one) => isSame(one.text, text)) ??
    files.flatMap((file) => code.literal(text, file) ?? [])[0]
  const position = written[0]?.piece.position ?? places.at(-1) ?? side.position
  return {
    shape: readStatement(text),
    text,
    piece: { text, position, verbatim: false },
    start: 0,
    ...found,
    migration,
    direction,
    origin: toolkit ? 'toolkit' : 'code',
    call: places.at(-1) ?? null,
    ...(executed && { executed }),
    ...(onlyWithRows && { onlyWithRows }),
    ...(prepared && places[0] && { prepared: places[0] }),
  }
}

const placeOf = ({ file, line, column }: CodeFrame, root: string): Position => ({
  file: projectPath(root, file),
  line,
  column,
})

/** The recorded text may be truncated. */
const isSame = (text: string, ran: string): boolean =>
  text === ran || `PRAGMA ${text}` === ran || (ran.length >= 2000 && text.startsWith(ran))

/** Methods whose first argument is SQL on every client. */
const ALWAYS = new Set(['exec', 'prepare', 'pragma', 'executeMultiple'])
/** Those of them that bind nothing. */
const EXECUTING = new Set(['exec', 'executeMultiple'])
/** Methods that take SQL on a database and values on a prepared statement. */
const ON_DATABASE = new Set(['run', 'execute', 'query'])

/** The name of the database method that is called, as a node; null when the first argument need not be SQL. */
function databaseMethod({ expression }: ts.CallExpression): ts.MemberName | null {
  if (!ts.isPropertyAccessExpression(expression)) return null
  const { name } = expression
  if (ALWAYS.has(name.text)) return name
  return ON_DATABASE.has(name.text) && isParameter(expression.expression) ? name : null
}

const isExecuted = (
  { expression, arguments: { length } }: ts.CallExpression,
  { text }: ts.MemberName,
): boolean =>
  EXECUTING.has(text) &&
  length === 1 &&
  ts.isPropertyAccessExpression(expression) &&
  isParameter(expression.expression)

/** Whether a name is a parameter of an enclosing function, like the handle. */
function isParameter(node: ts.Expression): boolean {
  if (!ts.isIdentifier(node)) return false
  const around = ts.findAncestor(
    node,
    (outer) =>
      ts.isFunctionLike(outer) &&
      outer.parameters.some(({ name }) => ts.isIdentifier(name) && name.text === node.text),
  )
  return around !== undefined
}
