// For each token of a script what it may be changed to. A token that is only spelling has no change, and says so.
import { ts } from 'ts-morph'
import { replaced, type Edit } from './edit.js'
import { mutateText, mutateTextPieces } from './mutate-text.js'

const { SyntaxKind } = ts

/** The changes of a token; `'spelling'` when no change of it alone can mean anything. Throws for an unknown token. */
export function mutateToken(token: ts.Node): Edit[] | 'spelling' {
  const { parent, kind } = token
  if (ts.isIdentifier(token) || ts.isPrivateIdentifier(token))
    return [replaced(token, `${token.getText()}_`)]
  if (ts.isNumericLiteral(token) || ts.isBigIntLiteral(token)) return mutateDigits(token)
  if (ts.isRegularExpressionLiteral(token)) return mutateRegexp(token)
  if (ts.isStringLiteralLike(token)) return mutateText(token)
  if (kind === SyntaxKind.TemplateHead) return mutateTextPieces(parent as ts.TemplateExpression)
  if (isSpelling(token)) return 'spelling'
  const change = changeOf(token)
  if (change === undefined) throw new TypeError(`No change is known for ${token.getText()}`)
  return [replaced(token, change)]
}

function changeOf(token: ts.Node): string | undefined {
  const { parent } = token
  const text = token.getText()
  if (text === '*' && isOperator(token)) return '/'
  if (text === 'in' && ts.isForInStatement(parent)) return 'of'
  if (text === '?.' && !ts.isPropertyAccessExpression(parent)) return ''
  return CHANGES[text]
}

function mutateDigits(token: ts.Node): Edit[] {
  const text = token.getText()
  const base = /^0x/i.test(text) ? 16 : 10
  return [...text].flatMap((digit, at) => {
    if (!/[\da-f]/i.test(digit) || (base === 10 && digit === 'e') || (at === 0 && base === 16))
      return []
    const other = ((Number.parseInt(digit, base) + 1) % base).toString(base)
    const first = at === 0 && other === '0' && text.length > 1 ? '2' : other
    return [replaced(token, text.slice(0, at) + first + text.slice(at + 1))]
  })
}

function mutateRegexp(token: ts.RegularExpressionLiteral): Edit[] {
  const text = token.getText()
  const end = text.lastIndexOf('/')
  const flags = Array.from(text.slice(end + 1)).map(
    (flag) => text.slice(0, end + 1) + text.slice(end + 1).replace(flag, ''),
  )
  const body = Array.from(text.slice(0, end)).flatMap((character, at) => {
    const other =
      text[at - 1] === '\\' ? (character === 's' ? 'w' : undefined) : REGEXP_CHANGES[character]
    return other === undefined ? [] : [text.slice(0, at) + other + text.slice(at + 1)]
  })
  return [...flags, ...body].map((changed) => replaced(token, changed))
}

const REGEXP_CHANGES: Readonly<Record<string, string>> = {
  '+': '*',
  '2': '1',
  '3': '4',
  ',': '_',
  ';': ':',
  '"': "'",
  $: '',
}

/** Signs that only hold together what the tree says; the tree itself is changed in `mutate-node.ts`. */
const SIGNS = new Set(['(', ')', '{', '}', '[', ']', ';', ':', '.', '=>', '!', '?'])
const WORDS = new Set(
  'export default public private protected readonly abstract override declare as satisfies'.split(
    ' ',
  ),
)
/** Words that stand for a whole statement, clause or function, which are changed in `mutate-node.ts`. */
const FRAMES = new Set(
  'for while do if else switch case try catch finally class extends enum function'.split(' '),
)

function isSpelling(token: ts.Node): boolean {
  const { parent } = token
  const text = token.getText()
  if (ts.isTemplateMiddleOrTemplateTail(token)) return true
  if (text === '!') return !ts.isPrefixUnaryExpression(parent)
  if (text === ',') return !isOperator(token)
  if (text === '=' || text === '<' || text === '>') return !isOperator(token)
  // The sign after it is changed instead.
  if (text === 'yield') return (parent as ts.YieldExpression).asteriskToken !== undefined
  if (text === 'static') return ts.isClassStaticBlockDeclaration(parent)
  if (text === 'async' || text === '*') return hasPauses(token)
  return SIGNS.has(text) || WORDS.has(text) || FRAMES.has(text)
}

const isOperator = (token: ts.Node): boolean =>
  ts.isBinaryExpression(token.parent) && token.parent.operatorToken === token

/** Without `async` or `*` the `await` or `yield` inside would be a syntax error; those that stand alone are changed. */
const hasPauses = ({ parent }: ts.Node): boolean =>
  ts.isFunctionLike(parent) && /\b(await|yield)\b/.test(parent.getText())

const CHANGES: Readonly<Record<string, string>> = {
  const: 'var',
  let: 'var',
  of: 'in',
  in: 'instanceof',
  instanceof: 'in',
  new: '',
  typeof: 'void',
  void: 'typeof',
  delete: 'void',
  await: 'void',
  yield: 'void',
  async: '',
  static: '',
  this: 'that',
  super: 'this',
  true: 'false',
  false: 'true',
  null: 'true',
  return: 'throw',
  throw: 'return',
  break: 'continue',
  continue: 'break',
  get: 'set',
  set: 'get',
  constructor: 'build',
  '+': '-',
  '-': '+',
  '*': '',
  '/': '*',
  '%': '/',
  '**': '*',
  '<<': '>>',
  '>>': '>>>',
  '>>>': '<<',
  '&': '|',
  '|': '^',
  '^': '&',
  '&&': '||',
  '||': '&&',
  '??': '||',
  ',': '&&',
  '==': '===',
  '!=': '==',
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '=': '+=',
  '+=': '-=',
  '-=': '+=',
  '||=': '&&=',
  '&&=': '??=',
  '??=': '||=',
  '++': '--',
  '--': '++',
  '!': '~',
  '~': '-',
  '?.': '.',
  '...': '',
}
