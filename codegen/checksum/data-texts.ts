// Decides which texts are data although they look like SQL, because they are used for something other than being run.
import { ts } from 'ts-morph'
import { answersOf } from '../loading/answers-of.js'
import { parentOf, unwrap } from '../loading/erased-syntax.js'
import {
  argumentsOf,
  calleeOf,
  isCall,
  isFunctionValue,
  isListing,
  nameOf,
  type Call,
} from '../loading/load-syntax.js'
import { isSame, type Depth, type Sink } from './data-sinks.js'
import { handedOver, isBuiltIn } from './handed-over.js'
import type { Given, Source } from './sources-in.js'
import type { ValueSources } from './value-sources.js'

/** The texts that are data, each with whether it is read back from the statement prepared from it. */
export type DataTexts = ReadonlyMap<ts.Node, boolean>

/**
 * The strings and templates of files that may become data, given their sources and sinks. Names are followed, as texts, to the
 * values they are given: in declarations, parameters, loops, members and imports. Whatever goes to the database to be run is not
 * followed.
 */
export function dataTexts(sources: ValueSources, sinks: readonly Sink[]): DataTexts {
  const found = new Map<ts.Node, boolean>()
  const seen = new Map<Depth, Set<Source>>()
  const ahead: Look[] = sinks.flatMap((sink) => {
    const { depth, values } = 'depth' in sink ? sink : handedOver(sink, sources)
    return looks(depth, values)
  })
  for (let look = ahead.pop(); look; look = ahead.pop()) {
    const at = typeof look.at === 'string' ? look.at : unwrap(look.at)
    const { depth } = look
    const known = seen.get(depth) ?? new Set()
    if (known.has(at) || sources.isHandle(at)) continue
    seen.set(depth, known.add(at))
    if (depth !== 'statement' && depth !== 'keys' && typeof at !== 'string' && isText(at))
      found.set(at, depth === 'read' || found.get(at) === true)
    ahead.push(...further({ at, depth }, sources))
  }
  return found
}

/** An expression to examine, and how deep. */
interface Look {
  readonly at: Source
  readonly depth: Depth
}

const looks = (depth: Depth, at: readonly Source[]): Look[] => at.map((one) => ({ at: one, depth }))

const isText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)

function further({ at, depth }: Look, sources: ValueSources): Look[] {
  if (typeof at === 'string') return sources.of(at).flatMap((one) => through(one, depth))
  if (ts.isIdentifier(at)) return looks(depth, [at.text])
  if (depth === 'keys') return keysOf(at, sources)
  if (sources.isRunning(at)) return looks('read', depth === 'statement' ? argumentsOf(at) : [])
  if (depth === 'statement') return isRows(at) ? [] : looks(depth, partsOf(at))
  if (depth === 'all' || depth === 'read') return looks(depth, partsOf(at))
  if (ts.isArrayLiteralExpression(at)) return looks('parts', depth === 'own' ? [] : at.elements)
  if (ts.isObjectLiteralExpression(at)) return looks('all', depth === 'members' ? [at] : [])
  return isCall(at) ? ofAnswer(at, depth, sources) : ofItself(at, depth, sources)
}

/** Goes from a name to the value it was given. A value that is only held, under a name of its own, is looked up by that name. */
function through({ source, way }: Given, depth: Depth): Look[] {
  if (depth === 'keys' || way === 'key') return throughKeys({ source, way }, depth)
  if (way === 'same' || depth === 'all' || depth === 'read' || depth === 'statement')
    return looks(depth, [source])
  if (way === 'part') return looks(depth === 'members' ? 'all' : 'parts', [source])
  return looks('parts', depth === 'own' ? [] : [source])
}

/** A value that is only held is looked up by a key if one comes first in the call: `set(key, value)`, `add(value)`. */
function throughKeys({ source, way }: Given, depth: Depth): Look[] {
  if (way !== 'holds') return looks(way === 'key' && depth === 'own' ? 'own' : 'keys', [source])
  const isFirst = typeof source !== 'string' && isFirstGiven(source)
  return looks('parts', isFirst ? [source] : [])
}

function isFirstGiven(node: ts.Node): boolean {
  const call = parentOf(node)
  return isCall(call) && argumentsOf(call)[0] === node
}

/** The keys of a map, the values of a set, and the computed names in an object: other names count as written. */
function keysOf(node: ts.Node, sources: ValueSources): Look[] {
  if (ts.isObjectLiteralExpression(node))
    return node.properties.flatMap((one) => [
      ...looks(
        'parts',
        one.name && ts.isComputedPropertyName(one.name) ? [one.name.expression] : [],
      ),
      ...looks('keys', ts.isPropertyAssignment(one) ? [one.initializer] : []),
    ])
  if (ts.isArrayLiteralExpression(node))
    return node.elements.flatMap((one) => {
      const pair = unwrap(one)
      return looks('parts', ts.isArrayLiteralExpression(pair) ? pair.elements.slice(0, 1) : [])
    })
  if (ts.isPropertyAccessExpression(node)) return looks('keys', [node.name.text])
  if (!isCall(node) || sources.isRunning(node)) return ofItself(node, 'keys', sources)
  const name = nameOf(calleeOf(node))
  if (/^(Weak)?Set$/.test(name)) return looks('parts', argumentsOf(node))
  return looks('keys', /^((Weak)?Map|freeze|fromEntries|seal)$/.test(name) ? argumentsOf(node) : [])
}

/** For a function, what it returns; likewise for a list mapped from another: the rest is not its value. */
function partsOf(node: ts.Node): readonly ts.Node[] {
  if (ts.isFunctionLike(node)) return answersOf(node)
  if (isMapping(node)) return node.arguments
  const parts: ts.Node[] = []
  ts.forEachChild(node, (child) => void parts.push(child))
  return parts
}

/** `LIST.map((one) => …)`, where the list is followed if it is part of the result. */
const isMapping = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) &&
  /^(flatMap|map)$/.test(nameOf(calleeOf(node))) &&
  node.arguments.some((one) => isFunctionValue(unwrap(one)))

/** Whether a call returns the rows of a statement, which reveal nothing about its text. */
const isRows = (node: ts.Node): boolean =>
  isCall(node) && /^(all|get|iterate|run|values)$/.test(nameOf(calleeOf(node)))

/** The values that an expression may be by itself. */
function ofItself(node: ts.Node, depth: Depth, sources: ValueSources): Look[] {
  if (ts.isBinaryExpression(node)) return looks(depth, [node.left, node.right])
  if (ts.isConditionalExpression(node)) return looks(depth, [node.whenTrue, node.whenFalse])
  if (ts.isTemplateExpression(node))
    return looks(
      depth,
      node.templateSpans.map(({ expression }) => expression),
    )
  if (ts.isAwaitExpression(node) || ts.isExpressionStatement(node) || ts.isSpreadElement(node))
    return looks(depth, [node.expression])
  if (ts.isElementAccessExpression(node))
    return looks(depth === 'own' ? 'members' : depth === 'keys' ? 'keys' : 'all', [node.expression])
  if (!ts.isPropertyAccessExpression(node) || /^(length|size)$/.test(node.name.text)) return []
  const name = node.name.text
  return sources.of(name).length > 0 ? looks(depth, [name]) : looks('all', [node.expression])
}

/** The values that a call may return. */
function ofAnswer(call: Call, depth: Depth, sources: ValueSources): Look[] {
  const callee = calleeOf(call)
  const name = nameOf(callee)
  const declared = sources.of(name).map(({ source }) => source)
  const answers = declared.flatMap((one) =>
    typeof one !== 'string' && ts.isFunctionLike(one) ? answersOf(one) : [],
  )
  if (answers.length > 0) return looks(depth, answers)
  if (name === 'sql' || (isListing(call) && depth === 'own')) return []
  const given = argumentsOf(call)
  if (isMapping(call)) return looks(depth, given.filter(ts.isFunctionLike).flatMap(answersOf))
  const on =
    ts.isPropertyAccessExpression(callee) && !isBuiltIn(callee.expression)
      ? [callee.expression]
      : []
  const values = given.filter((one) => !sources.isFunction(one))
  if (isSame(name)) return looks(depth, on)
  if (isListing(call)) return looks('members', [...on, ...values])
  return [...looks(depth, values), ...looks(depth === 'own' ? 'members' : 'all', on)]
}
