// Lists calls that only return a value, so that it does not matter if they run when a file is loaded. Data and its readers only.
import { ts } from 'ts-morph'
import { unwrap } from './erased-syntax.js'

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Whether a specifier names Lockstep, whose functions only pass on their arguments. */
export const isLockstep = (specifier: string): boolean => /^lockstep(\/|$)/.test(specifier)

const ANSWERING = /^(node:)?(assert|buffer|crypto|os|path|querystring|url|util)(\/\w+)?$/

/** Whether the functions of a module only return values, as those of Lockstep and `node:path`. */
export const onlyAnswers = (specifier: string): boolean =>
  isLockstep(specifier) || ANSWERING.test(specifier)

/** Global functions and classes that only return values. */
export const GLOBALS = words(
  'Array BigInt Boolean Date Error Map Number Object RangeError RegExp Set String Symbol TextDecoder TextEncoder TypeError URL ' +
    'Uint8Array WeakMap WeakSet decodeURIComponent encodeURIComponent isNaN parseFloat parseInt structuredClone',
)

/** Platform names that only create values or are values, wherever they are passed. */
export const STEADY: ReadonlySet<string> = new Set([
  ...GLOBALS,
  ...words('Buffer Infinity JSON Math NaN undefined'),
])

/** Globals that return lists, texts and the like. */
export const ROOTS: ReadonlySet<string> = new Set([...STEADY, 'process'])

/** Methods of globals that only return values, by their path. */
export const GLOBAL_METHODS =
  /^(Object\.(keys|values|entries|fromEntries|getOwnPropertyNames|hasOwn|is)|Array\.(from|of|isArray)|Date\.(now|parse|UTC)|Symbol\.for|(BigInt|Buffer|JSON|Math|Number|String|console)\.\w+)$/

/** Methods of `Object` that change their first argument, which is harmless if nobody else has it. */
export const CHANGING =
  /^Object\.(assign|freeze|seal|preventExtensions|defineProperty|defineProperties)$/

/** Methods of lists, texts, maps and sets that leave them as they are. */
export const READING =
  /^(at|char\w+|codePointAt|concat|endsWith|entries|every|filter|find\w*|flat|flatMap|forEach|get|has|includes|indexOf|join|keys|lastIndexOf|localeCompare|map|match\w*|normalize|pad\w+|reduce|reduceRight|repeat|replace|replaceAll|search|slice|some|split|startsWith|substring|test|to[A-Z]\w*|trim\w*|values|with)$/

/** Those that return a new object, which its owner may change. */
const MAKING = /^(concat|filter|flat|flatMap|join|map|slice|split|to[A-Z]\w*|with)$/

/** Those that call their arguments. */
export const CALLING =
  /^(every|filter|find\w*|flatMap|forEach|from|map|reduce|reduceRight|replace|replaceAll|some|sort|toSorted)$/

/** Whether an expression creates a list or an object that nobody else has. `isNew` decides for names. */
export function isFresh(given: ts.Node, isNew: (name: ts.Identifier) => boolean): boolean {
  const node = unwrap(given)
  if (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node)) return true
  if (ts.isLiteralExpression(node) || ts.isTemplateExpression(node)) return true
  if (ts.isIdentifier(node)) return isNew(node)
  if (ts.isNewExpression(node))
    return ts.isIdentifier(node.expression) && GLOBALS.has(node.expression.text)
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    MAKING.test(node.expression.name.text)
  )
}
