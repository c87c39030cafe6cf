// A comment lets bundlers leave out a call that a migration makes for what it does.
import { ts } from 'ts-morph'
import { modulesOf } from '../../loading/helper-files.js'
import { calleeOf, isRunning, nameOf } from '../../loading/load-syntax.js'
import { excerptOf } from '../../parse/excerpt.js'
import { Declarations } from '../source/declared-names.js'
import { harmlessFunctions, pureCalls, type PurityMark } from '../source/purity-comments.js'
import { isUnused } from '../source/unused-result.js'
import { nodePlace, offsetPlace } from '../subject/place.js'
import type { Finding, Rule, Script, Subject } from '../subject/rule.js'

/**
 * A call whose result nobody uses, or that is given the database, marked itself or with its function. The comment is no part
 * of the checksum, so that it can be deleted from what has shipped.
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
  message: `${script.file} ${does} with \`${mark.text}\`, by which bundlers may leave it out: ${why}. What they make of the migration then does less than was proven, under the same checksum.`,
  fix: `Delete the comment with \`${mark.text}\`. The checksum stays the same.`,
})

type Call = ts.CallExpression | ts.NewExpression

const shown = (call: ts.Node): string => excerptOf(call.getText())

/** Null for a call that is made for its result. */
function whyNeeded(call: Call, handles: ReadonlySet<string>): string | null {
  if (isUnused(call)) return 'nothing uses its result, so it is made for what it does'
  const isGiven = (node: ts.Node): boolean => handles.has(rootName(node))
  return isGiven(call) || (call.arguments ?? []).some(isGiven)
    ? 'it is given the database, so it may do something there'
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
