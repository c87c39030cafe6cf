// Calls that do nothing but give an answer, so that it does not matter that they run when a file is loaded. Data and its readers only.
import { ts } from 'ts-morph'
import { unwrap } from './erased-syntax.js'

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Whether a specifier names Lockstep, whose functions only hand on what they are given. */
export const isLockstep = (specifier: string): boolean => /^lockstep(\/|$)/.test(specifier)

const ANSWERING = /^(node:)?(assert|buffer|crypto|os|path|querystring|url|util)(\/\w+)?$/

/** Whether the functions of a module only answer, as those of Lockstep and `node:path`. */
export const onlyAnswers = (specifier: string): boolean =>
  isLockstep(specifier) || ANSWERING.test(specifier)

/** Global functions and classes that only answer. */
export const GLOBALS = words(
  'Array BigInt Boolean Date Error Map Number Object RangeError RegExp Set String Symbol TextDecoder TextEncoder TypeError URL ' +
    'Uint8Array WeakMap WeakSet decodeURIComponent encodeURIComponent isNaN parseFloat parseInt structuredClone',
)

/** Names of the platform that only make values or are some, wherever they are handed. */
export const STEADY: ReadonlySet<string> = new Set([
  ...GLOBALS,
  ...words('Buffer Infinity JSON Math NaN undefined'),
])

/** Globals whose answers are lists, texts and the like. */
export const ROOTS: ReadonlySet<string> = new Set([...STEADY, 'process'])

/** Methods of globals that only answer, by their path. */
export const GLOBAL_METHODS =
  /^(Object\.(keys|values|entries|fromEntries|getOwnPropertyNames|hasOwn|is)|Array\.(from|of|isArray)|Date\.(now|parse|UTC)|Symbol\.for|(BigInt|Buffer|JSON|Math|Number|String|console)\.\w+)$/

/** Methods of `Object` that change their first argument, which is harmless where nobody else has it. */
export const CHANGING =
  /^Object\.(assign|freeze|seal|preventExtensions|defineProperty|defineProperties)$/

/** Methods of lists, texts, maps and sets that leave them as they are. */
export const READING =
  /^(at|char\w+|codePointAt|concat|endsWith|entries|every|filter|find\w*|flat|flatMap|forEach|get|has|includes|indexOf|join|keys|lastIndexOf|localeCompare|map|match\w*|normalize|pad\w+|reduce|reduceRight|repeat|replace|replaceAll|search|slice|some|split|startsWith|substring|test|to[A-Z]\w*|trim\w*|values|with)$/

/** Those of them whose answer is new, so that whoever has it may change it. */
const MAKING = /^(concat|filter|flat|flatMap|join|map|slice|split|to[A-Z]\w*|with)$/

/** Those that call what they are given. */
export const CALLING =
  /^(every|filter|find\w*|flatMap|forEach|from|map|reduce|reduceRight|replace|replaceAll|some|sort|toSorted)$/

/** Whether an expression makes a list or an object that nobody else has. `isNew` tells it of names. */
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
