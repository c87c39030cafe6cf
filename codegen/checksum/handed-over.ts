// Decides which arguments of a call are data: all except those that are run, stored in a list, or passed to a function that is
// read.
import { ts } from 'ts-morph'
import { unwrap } from '../loading/erased-syntax.js'
import {
  argumentsOf,
  calleeOf,
  isListing,
  isRunning,
  isTaking,
  nameOf,
  type Call,
} from '../loading/load-syntax.js'
import type { Depth } from './data-sinks.js'
import type { ValueSources } from './value-sources.js'

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Methods of a prepared statement that take values. */
const BINDING = words('all bind get iterate run values')

/** Methods of a handle that give SQL access to values returned by code. */
const ANSWERING = words('aggregate function table')

/** Methods of texts and lists that compare. */
const COMPARING = words('endsWith includes indexOf lastIndexOf localeCompare startsWith')

/** Whether a method is built into the language, and so receives its arguments and nothing else. */
export const isBuiltIn = (on: ts.Node): boolean =>
  /^(Array|Object|Promise)$/.test(nameOf(unwrap(on)))

/** The parts of a call to examine, and how deep. */
interface Handed {
  readonly depth: Depth
  readonly values: readonly ts.Node[]
}

/** The arguments that a call may use for anything else, and how deep it can look into them. */
export function handedOver(call: Call, sources: ValueSources): Handed {
  const callee = calleeOf(call)
  const toMethod = ts.isPropertyAccessExpression(callee)
    ? givenToMethod(call, callee, sources)
    : null
  if (toMethod) return toMethod
  if (isRunning(call) || isTaking(call) || sources.isFunction(callee)) return NOTHING
  const values = argumentsOf(call).filter((one) => !sources.isFunction(one))
  return { depth: isListing(call) ? 'own' : 'all', values }
}

/** The same for a method, if its name or its object decides it. */
function givenToMethod(
  call: Call,
  { expression: on, name: { text: name } }: ts.PropertyAccessExpression,
  sources: ValueSources,
): Handed | null {
  const values = argumentsOf(call)
  if (COMPARING.has(name) || sources.isPattern(on) || sources.isUnseen(call))
    return { depth: 'all', values }
  if (sources.isOwn(call)) return NOTHING
  const isHandle = sources.isHandle(nameOf(unwrap(on)))
  if (!isHandle && isBuiltIn(on)) return { depth: 'own', values }
  if (BINDING.has(name)) return { depth: 'all', values: values.slice(isHandle ? 1 : 0) }
  if (ANSWERING.has(name)) return { depth: 'all', values }
  return isHandle ? NOTHING : null
}

const NOTHING = { depth: 'own', values: [] } as const
