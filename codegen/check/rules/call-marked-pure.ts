// A comment lets bundlers drop a call that a migration makes for its side effects.
import { ts } from 'ts-morph'
import { modulesOf } from '../../loading/helper-files.js'
import { calleeOf, isRunning, nameOf, isFunctionValue } from '../../loading/load-syntax.js'
import { excerptOf } from '../../parse/excerpt.js'
import { Declarations } from '../source/declared-names.js'
import { isUnused } from '../source/unused-result.js'
import { nodePlace, offsetPlace } from '../subject/place.js'
import type { Finding, Rule, Script, Subject } from '../subject/rule.js'
import { unwrap } from '../../loading/erased-syntax.js'

/**
 * A call whose result nobody uses, or that receives the database, if it or its function is marked. The comment is not part of the
 * checksum, so it can be deleted from a released migration.
 */
export const callMarkedPure: Rule = {
  code: 'CALL_MARKED_PURE',
  severity: 'error',
  outlivesRelease: true,
  *check(subject) {
    const handles = handleNames(subject)
    for (const script of subject.scripts)
      for (const mark of pureCalls(script.nodes)) {
        const why = whyNeeded(mark.marked, handles)
        if (why) yield finding(script, mark, `marks the call \`${shown(mark.marked)}\``, why)
      }
    yield* throughFunctions(subject, handles)
  },
}

const finding = (script: Script, mark: PurityMark, does: string, why: string): Finding => ({
  at: offsetPlace(script, mark.offset),
  message: `${script.file} ${does} with \`${mark.text}\`, so bundlers may drop it: ${why}. The bundled migration then does less than was proven, under the same checksum.`,
  fix: `Delete the comment with \`${mark.text}\`. The checksum stays the same.`,
})

type Call = ts.CallExpression | ts.NewExpression

const shown = (call: ts.Node): string => excerptOf(call.getText())

/** Null for a call that is made for its result. */
function whyNeeded(call: Call, handles: ReadonlySet<string>): string | null {
  if (isUnused(call)) return 'nothing uses its result, so it is called for its effect'
  const isGiven = (node: ts.Node): boolean => handles.has(rootName(node))
  return isGiven(call) || (call.arguments ?? []).some(isGiven)
    ? 'it receives the database, so it may change it'
    : null
}

/** `db` of `db.prepare(…).run()`. */
function rootName(node: ts.Node): string {
  const callee = ts.isCallExpression(node) ? calleeOf(node) : node
  if (ts.isPropertyAccessExpression(callee)) return rootName(callee.expression)
  return callee === node ? nameOf(node) : ''
}

/** The first parameters of `up` and `down`, and whatever `exec` and `prepare` are called on. */
function handleNames({ reading, scripts }: Subject): ReadonlySet<string> {
  const sides = reading.migrations.flatMap(({ up, down }) => [up, down])
  const given = sides.flatMap((side) => {
    const node = side?.kind === 'code' ? side.node.compilerNode : null
    const first = node && ts.isFunctionLike(node) ? node.parameters[0] : undefined
    return first ? [first.name.getText()] : []
  })
  const running = scripts.flatMap(({ nodes }) =>
    nodes.filter(isRunning).map(({ expression }) => {
      const receiver = (expression as ts.PropertyAccessExpression).expression
      return ts.isIdentifier(receiver) ? receiver.text : ''
    }),
  )
  return new Set([...given, ...running].filter((name) => name))
}

/** Functions that are marked, at the first call of each that is needed. */
function* throughFunctions(subject: Subject, handles: ReadonlySet<string>): Generator<Finding> {
  const { scripts, reading } = subject
  const marks = scripts.flatMap((script) =>
    harmlessFunctions(script.nodes).map((mark) => ({ script, mark })),
  )
  if (marks.length === 0) return
  const files = new Map(scripts.map(({ path, syntax }) => [path, syntax]))
  const declarations = new Declarations(modulesOf(files, reading.discovery.aliases))
  const calls = scripts.flatMap((script) =>
    script.nodes.filter(ts.isCallExpression).map((call) => {
      const meant = declarations.of(calleeOf(call))
      return { script, call, meant, why: meant.length > 0 ? whyNeeded(call, handles) : null }
    }),
  )
  for (const { script, mark } of marks) {
    const one = calls.find(({ meant, why }) => why !== null && meant.includes(mark.marked))
    if (!one) continue
    const { file, line } = nodePlace(one.script, one.call)
    const does = `marks the function of \`${shown(one.call)}\` (${file}:${line})`
    yield finding(script, mark, does, one.why!)
  }
}

/** A comment, and what it marks. */
interface PurityMark<N extends ts.Node = ts.Node> {
  /** Verbatim: `@__PURE__`, `#__PURE__`. */
  readonly text: string
  /** Its offset in the file. */
  readonly offset: number
  readonly marked: N
}

/** A call that may be marked. Bundlers leave tagged templates alone. */
type MarkedCall = ts.CallExpression | ts.NewExpression

/**
 * The calls that `@__PURE__` marks: the outermost that begins after the comment, like `db.prepare(…).run()`. esbuild obeys the
 * word anywhere in a comment. `nodes` are all nodes of the file, parents before children.
 */
function pureCalls(nodes: readonly ts.Node[]): PurityMark<MarkedCall>[] {
  const found = new Map<number, PurityMark<MarkedCall>>()
  const file = nodes[0]?.getSourceFile()
  if (!file || !PURE.test(file.text)) return []
  for (const node of nodes) {
    const mark = ts.isExpression(node)
      ? markBefore(file, node.pos, node.getStart(file), PURE)
      : null
    const call = mark && !found.has(mark.offset) ? unwrap(node) : null
    if (mark && call && (ts.isCallExpression(call) || ts.isNewExpression(call)))
      found.set(mark.offset, { ...mark, marked: call })
  }
  return [...found.values()]
}

/** The functions that `@__NO_SIDE_EFFECTS__` marks: their declarations, or the export that they are. */
function harmlessFunctions(nodes: readonly ts.Node[]): PurityMark[] {
  const file = nodes[0]?.getSourceFile()
  if (!file || !HARMLESS.test(file.text)) return []
  return nodes.flatMap((node) => {
    const mark = functionMark(file, node)
    return mark ? [{ ...mark, marked: node }] : []
  })
}

type Mark = Pick<PurityMark, 'text' | 'offset'>

function functionMark(file: ts.SourceFile, node: ts.Node): Mark | null {
  if (ts.isFunctionDeclaration(node))
    return markBefore(file, node.pos, (node.name ?? node.body ?? node).getStart(file), HARMLESS)
  const value = ts.isVariableDeclaration(node)
    ? node.initializer
    : ts.isExportAssignment(node) && node.expression
  if (!value || !isFunctionValue(unwrap(value))) return null
  return (
    markBefore(file, value.pos, unwrap(value).getStart(file), HARMLESS) ??
    (ts.isVariableDeclaration(node) ? listMark(file, node) : null)
  )
}

/** Before `const` the comment is about the first of the variables. */
function listMark(file: ts.SourceFile, { parent }: ts.VariableDeclaration): Mark | null {
  if (!ts.isVariableDeclarationList(parent) || parent.declarations.length > 1) return null
  return markBefore(file, parent.parent.pos, parent.getStart(file), HARMLESS)
}

const PURE = /[@#]__PURE__/
const HARMLESS = /[@#]__NO_SIDE_EFFECTS__/

/** Only comments, and at most keywords, are between the mark and the node. */
function markBefore(file: ts.SourceFile, start: number, end: number, word: RegExp): Mark | null {
  const found = word.exec(file.text.slice(start, end))
  return found && { text: found[0], offset: start + found.index }
}
