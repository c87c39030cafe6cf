// Which arguments of a call are data: all but those that are run, kept in a list, or handed on to a function that is read.
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

/** Methods of a prepared statement that are given values. */
const BINDING = words('all bind get iterate run values')

/** Methods of a handle by which SQL is given values that code answers. */
const ANSWERING = words('aggregate function table')

/** Methods of texts and lists that compare. */
const COMPARING = words('endsWith includes indexOf lastIndexOf localeCompare startsWith')

/** What a call is given to do anything else with, and how far it can look at that. */
export function handedOver(
  call: Call,
  sources: ValueSources,
): { readonly depth: Depth; readonly values: readonly ts.Node[] } {
  const callee = calleeOf(call)
  const given = argumentsOf(call)
  const name = nameOf(callee)
  if (ts.isPropertyAccessExpression(callee)) {
    const receiver = nameOf(unwrap(callee.expression))
    if (COMPARING.has(name) || sources.isPattern(callee.expression) || sources.isUnseen(call))
      return { depth: 'all', values: given }
    if (sources.isHandle(receiver))
      return {
        depth: 'all',
        values: BINDING.has(name) ? given.slice(1) : ANSWERING.has(name) ? given : [],
      }
    if (/^(Array|Object|Promise)$/.test(receiver)) return { depth: 'own', values: given }
    if (BINDING.has(name) || ANSWERING.has(name)) return { depth: 'all', values: given }
  }
  if (isRunning(call) || isTaking(call) || sources.isFunction(callee)) return NOTHING
  const values = given.filter((one) => !sources.isFunction(one))
  return { depth: isListing(call) ? 'own' : 'all', values }
}

const NOTHING = { depth: 'own', values: [] } as const
